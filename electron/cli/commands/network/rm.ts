import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { removeNetwork } from '../../../host/engine/networks.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { eachOperand } from '../../operands.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<network...>')
    .option('-f, --force', 'Do not error if the network does not exist')
    .action(async (networks: string[], { force }: { force?: boolean }) => {
      const engine = await connectEngine(context);
      await eachOperand(context, networks, async (network) => {
        try {
          await removeNetwork(engine, network);
          return network;
        } catch (error) {
          if (force && error instanceof HostError && error.status === 404) return undefined;
          throw error;
        }
      });
    });
}

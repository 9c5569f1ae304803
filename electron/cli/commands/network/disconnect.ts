import type { Command } from 'commander';
import { disconnectNetwork } from '../../../host/engine/networks.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<network>')
    .argument('<container>')
    .option('-f, --force', 'Force the container to disconnect from a network')
    .action(async (network: string, container: string, options: { force?: boolean }) => {
      await disconnectNetwork(await connectEngine(context), network, container, options);
    });
}

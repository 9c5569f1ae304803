import type { Command } from 'commander';
import { killContainer } from '../../../host/engine/containers.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { eachOperand } from '../../operands.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container...>')
    .option('-s, --signal <signal>', 'Signal to send to the container', 'KILL')
    .action(async (containers: string[], { signal }: { signal: string }) => {
      const engine = await connectEngine(context);
      await eachOperand(context, containers, async (container) => {
        await killContainer(engine, container, signal);
        return container;
      });
    });
}

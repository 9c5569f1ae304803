import type { Command } from 'commander';
import { restartContainer } from '../../../host/engine/containers.ts';
import { addStopOptions, type StopOptions } from '../../container/stop-options.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { eachOperand } from '../../operands.ts';

export function define(command: Command, context: CliContext): void {
  addStopOptions(command.argument('<container...>')).action(
    async (containers: string[], options: StopOptions) => {
      const engine = await connectEngine(context);
      await eachOperand(context, containers, async (container) => {
        await restartContainer(engine, container, options);
        return container;
      });
    },
  );
}

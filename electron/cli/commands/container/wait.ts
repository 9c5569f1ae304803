import type { Command } from 'commander';
import { waitContainer } from '../../../host/engine/containers.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { eachOperand } from '../../operands.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('<container...>').action(async (containers: string[]) => {
    const engine = await connectEngine(context);
    await eachOperand(context, containers, async (container) => {
      const { exitCode } = await waitContainer(engine, container);
      return String(await exitCode);
    });
  });
}

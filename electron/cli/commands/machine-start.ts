import type { Command } from 'commander';
import { type CliContext, printLine } from '../context.ts';
import { startMachine } from '../engine.ts';

export function define(command: Command, context: CliContext): void {
  command.action(async () => {
    const { name } = await startMachine(context);
    printLine(context, `machine "${name}" is running`);
  });
}

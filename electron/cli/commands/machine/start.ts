import type { Command } from 'commander';
import { type CliContext, printLine } from '../../context.ts';
import { startMachine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[machine]').action(async (machine: string | undefined) => {
    const { name } = await startMachine(context, machine);
    printLine(context, `VM "${name}" is running`);
  });
}

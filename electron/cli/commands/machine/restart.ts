import type { Command } from 'commander';
import { type CliContext, printLine } from '../../context.ts';
import { startMachine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[machine]').action(async (operand: string | undefined) => {
    const { machine } = await context.host(operand);
    const wasSuspended = await machine.isSuspended();
    await machine.stop();
    const { name } = await startMachine(context, operand);
    const discarded = wasSuspended ? '; its suspended state was discarded' : '';
    printLine(context, `VM "${name}" is running${discarded}`);
  });
}

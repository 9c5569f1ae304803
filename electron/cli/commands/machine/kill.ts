import type { Command } from 'commander';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[machine]').action(async (operand: string | undefined) => {
    const { machine } = await context.host(operand);
    const { name } = await machine.status();
    const wasSuspended = await machine.isSuspended();
    await machine.kill();
    const discarded = wasSuspended ? '; its suspended state was discarded' : '';
    printLine(context, `VM "${name}" was killed${discarded}`);
  });
}

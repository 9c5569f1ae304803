import type { Command } from 'commander';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[machine]').action(async (operand: string | undefined) => {
    const { machine } = await context.host(operand);
    const { name, state } = await machine.status();
    await machine.kill();
    const discarded = state === 'suspended' ? '; its suspended state was discarded' : '';
    printLine(context, `VM "${name}" was killed${discarded}`);
  });
}

import type { Command } from 'commander';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[machine]').action(async (name: string | undefined) => {
    const { machine } = await context.host(name);
    await machine.suspend();
    printLine(context, `VM "${(await machine.status()).name}" is suspended`);
  });
}

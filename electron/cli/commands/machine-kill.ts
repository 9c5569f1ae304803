import type { Command } from 'commander';
import { type CliContext, printLine } from '../context.ts';

export function define(command: Command, context: CliContext): void {
  command.action(async () => {
    const { machine } = await context.host();
    await machine.kill();
    printLine(context, `machine "${(await machine.status()).name}" was ended`);
  });
}

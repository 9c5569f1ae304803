import type { Command } from 'commander';
import { defaultMachine } from '../../../host/home/paths.ts';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('<machine>').action(async (name: string) => {
    const { machines } = await context.host(defaultMachine);
    await machines.use(name);
    printLine(context, name);
    const chosen = context.env.BERTH_MACHINE;
    if (chosen && chosen !== name) {
      context.stderr.write(`berth: BERTH_MACHINE is set, so commands use VM "${chosen}"\n`);
    }
  });
}

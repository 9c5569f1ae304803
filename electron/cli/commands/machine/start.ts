import type { Command } from 'commander';
import { pendingImage } from '../../../host/home/pending-image.ts';
import { restartCommand } from '../../../host/home/restart-advice.ts';
import { type CliContext, printLine } from '../../context.ts';
import { startMachine } from '../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[machine]').action(async (machine: string | undefined) => {
    const { name } = await startMachine(context, machine);
    printLine(context, `VM "${name}" is running`);
    const { home, paths } = await context.host(machine);
    const image = await pendingImage(home, paths);
    if (image) {
      printLine(
        context,
        `The next restart uses the new VM image ${image.version}. To restart the VM now, run \`${restartCommand(name)}\`.`,
      );
    }
  });
}

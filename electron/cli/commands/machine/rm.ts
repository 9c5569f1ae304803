import type { Command } from 'commander';
import { disconnectTools } from '../../../host/docker-cli/disconnect-tools.ts';
import { defaultMachine } from '../../../host/home/paths.ts';
import { type CliContext, printLine } from '../../context.ts';
import { confirm } from '../../prompt/confirm.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<machine>')
    .option('-f, --force', 'Do not prompt for confirmation')
    .action(async (name: string, { force }: { force?: boolean }) => {
      const { machine, machines, credentials } = await context.host(name);
      const warning = [
        `This will remove VM "${name}" with all its containers, images and volumes.`,
        ...(name === defaultMachine ? ['The next command creates a new, empty VM.'] : []),
      ].join(' ');
      if (!force && !(await confirm(context, warning))) return;
      await machine.kill();
      await machines.remove(name);
      await disconnectTools({ name, engineSocket: machine.engineSocket }, credentials.path);
      printLine(context, name);
    });
}

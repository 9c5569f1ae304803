import type { Command } from 'commander';
import { removeDockerContext } from '../../../host/docker-cli/docker-context.ts';
import { unlinkUserSocket } from '../../../host/docker-cli/link-socket.ts';
import { defaultMachine } from '../../../host/home/paths.ts';
import { type CliContext, printLine } from '../../context.ts';
import { confirm } from '../../prompt/confirm.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<machine>')
    .option('-f, --force', 'Do not ask')
    .action(async (name: string, { force }: { force?: boolean }) => {
      const { machine, machines, credentials } = await context.host(name);
      const warning = [
        `This will remove machine "${name}" with all of its containers, images and volumes.`,
        ...(name === defaultMachine ? ['The next command makes it anew, empty.'] : []),
      ].join(' ');
      if (!force && !(await confirm(context, warning))) return;
      await machine.kill();
      await machines.remove(name);
      const { engineSocket } = machine;
      await removeDockerContext({ name, engineSocket }, credentials.path);
      await unlinkUserSocket(engineSocket);
      printLine(context, name);
    });
}

import type { Command } from 'commander';
import { contextName, removeDockerContext } from '../../../host/docker-cli/docker-context.ts';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, cli: CliContext): void {
  command.argument('[machine]').action(async (machineName: string | undefined) => {
    const { name, machine, credentials } = await cli.host(machineName);
    const target = { name, engineSocket: machine.engineSocket };
    const removed = await removeDockerContext(target, credentials.path);
    const context = contextName(name);
    printLine(
      cli,
      `docker context "${context}" ${removed ? 'was removed' : `does not connect to VM "${name}"`}`,
    );
  });
}

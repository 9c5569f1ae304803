import type { Command } from 'commander';
import { installDockerContext } from '../../../host/docker-cli/docker-context.ts';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, cli: CliContext): void {
  command.argument('[machine]').action(async (machineName: string | undefined) => {
    const { name, machine, credentials } = await cli.host(machineName);
    const target = { name, engineSocket: machine.engineSocket };
    const context = await installDockerContext(target, credentials.path);
    printLine(cli, `docker context "${context}" connects to VM "${name}"`);
  });
}

import type { Command } from 'commander';
import { useDockerContext } from '../../../host/docker-cli/docker-context.ts';
import { type CliContext, printLine } from '../../context.ts';

export function define(command: Command, cli: CliContext): void {
  command.argument('[machine]').action(async (machineName: string | undefined) => {
    const { name, machine, credentials } = await cli.host(machineName);
    const target = { name, engineSocket: machine.engineSocket };
    const context = await useDockerContext(target, credentials.path);
    printLine(cli, `docker now uses VM "${name}", through context "${context}"`);
    const other = ['DOCKER_HOST', 'DOCKER_CONTEXT'].find((each) => cli.env[each]);
    if (other) cli.stderr.write(`berth: ${other} is set, and overrides the context\n`);
  });
}

import { type Command, Option } from 'commander';
import { dockerHost } from '../../../host/docker-cli/docker-context.ts';
import type { CliContext } from '../../context.ts';
import { detectShell } from '../../shell/detect.ts';
import { environmentScript, type Shell, shells, usageComment } from '../../shell/script.ts';

interface EnvOptions {
  readonly shell?: Shell;
  readonly unset?: boolean;
}

/** With these variables, a client would use TLS or another engine. */
const inTheWay = ['DOCKER_CONTEXT', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH'];

export function define(command: Command, context: CliContext): void {
  command
    .argument('[machine]')
    .addOption(
      new Option(
        '--shell <name>',
        'Use the syntax of this shell instead of the detected one',
      ).choices(shells),
    )
    .option('-u, --unset', 'Unset the variables')
    .action(async (machineName: string | undefined, options: EnvOptions) => {
      const shell = options.shell ?? (await detectShell(context.env));
      const { name, machine } = await context.host(machineName);
      const variables = {
        DOCKER_HOST: dockerHost(machine.engineSocket),
        BERTH_MACHINE: name,
        // The path of the engine's socket in containers differs from the path on the host.
        TESTCONTAINERS_DOCKER_SOCKET_OVERRIDE: '/var/run/docker.sock',
      };
      const found = inTheWay.filter((each) => context.env[each]);
      const script = options.unset
        ? Object.fromEntries(Object.keys(variables).map((each) => [each, undefined]))
        : { ...variables, ...Object.fromEntries(found.map((each) => [each, undefined])) };
      const words = [
        ...['berth', 'env', ...(machineName ? [machineName] : [])],
        ...(options.unset ? ['--unset'] : []),
        ...(options.shell ? ['--shell', options.shell] : []),
      ];
      context.stdout.write(
        `${environmentScript(shell, script)}${usageComment(shell, words.join(' '))}\n`,
      );
    });
}

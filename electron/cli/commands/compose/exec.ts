import type { Command } from 'commander';
import { serviceContainer } from '../../../host/compose/apply/service-container.ts';
import { addProjectFlags, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { requireTerminal, runExec } from '../../container/run-exec.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { containerEnvironment } from '../../flags/environment.ts';
import { parseInteger } from '../../flags/numbers.ts';
import { collect } from '../../flags/repeated.ts';

interface ExecOptions extends ProjectOptions {
  readonly detach?: boolean;
  readonly env?: readonly string[];
  readonly index?: number;
  readonly tty?: boolean;
  readonly privileged?: boolean;
  readonly user?: string;
  readonly workdir?: string;
}

export function define(command: Command, context: CliContext): void {
  addProjectFlags(command)
    .argument('<service>')
    .argument('<command>')
    .argument('[arg...]')
    .passThroughOptions()
    .option('-d, --detach', 'Detached mode: Run command in the background')
    .option('-e, --env <name[=value]>', 'Set environment variables', collect)
    .option(
      '--index <number>',
      'Index of the container if service has multiple replicas',
      parseInteger,
    )
    .option('-i, --interactive', 'Keep STDIN open even if not attached (default)')
    // Before its opposite, which would make `true` the default.
    .option('-t, --tty', 'Allocate a pseudo-TTY (default in a terminal)')
    .option('-T, --no-tty', 'Disable pseudo-TTY allocation')
    .option('--privileged', 'Give extended privileges to the process')
    .option('-u, --user <user>', 'Run the command as this user')
    .option('-w, --workdir <path>', 'Path to workdir directory for this command')
    .action((service: string, program: string, rest: string[], options: ExecOptions) =>
      exec(context, service, [program, ...rest], options),
    );
}

async function exec(
  context: CliContext,
  service: string,
  command: readonly string[],
  options: ExecOptions,
): Promise<void> {
  const { detach = false, env = [], index, privileged = false, user, workdir } = options;
  const tty = options.tty ?? Boolean(context.stdout.isTTY);
  requireTerminal(context, tty && !detach);
  const { name, known } = await nameProject(context, options);
  const engine = await connectEngine(context);
  const { id } = await serviceContainer(engine, name, service, { known, index });
  const environment = containerEnvironment([], env, context.env);
  await runExec(context, engine, id, {
    ...{ command, detach, environment, interactive: true, privileged, tty, user, workdir },
  });
}

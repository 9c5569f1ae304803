import { type Command, Option } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { serviceContainer } from '../../../host/compose/apply/service-container.ts';
import { addProjectFlags, indexFlag, type ProjectOptions } from '../../compose/project-flags.ts';
import { nameProject } from '../../compose/project-options.ts';
import { DRY_RUN } from '../../compose/run-with-progress.ts';
import { runExec } from '../../container/run-exec.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { containerEnvironment } from '../../flags/environment.ts';
import { collect } from '../../flags/repeated.ts';
import { requireTerminal } from '../../session/require-terminal.ts';

interface ExecOptions extends ProjectOptions {
  readonly detach?: boolean;
  readonly env?: readonly string[];
  readonly index?: number;
  readonly interactive?: boolean;
  /** False with `--no-TTY`. */
  readonly TTY?: boolean;
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
    .addOption(indexFlag())
    .option('-i, --interactive', 'Keep STDIN open even if not attached (default)')
    .addOption(new Option('--no-interactive').hideHelp())
    // Before its opposite, which would make `true` the default.
    .option('-t, --tty', 'Allocate a pseudo-TTY (always in a terminal, never elsewhere)')
    .option('-T, --no-tty', 'Disable pseudo-TTY allocation')
    .addOption(new Option('--no-TTY').hideHelp())
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
  const { interactive = true } = options;
  // As in Docker Compose, `-t` has no effect: scripts use it without a terminal.
  const isWanted = options.tty !== false && options.TTY !== false;
  const tty = isWanted && Boolean(context.stdout.isTTY);
  requireTerminal(context, tty && interactive && !detach);
  const { name, known } = await nameProject(context, options);
  const engine = await connectEngine(context);
  const { id } = await serviceContainer(engine, name, service, { known, index });
  if (context.isDryRun?.()) return tryExec(context, id, command, detach);
  const environment = containerEnvironment([], env, context.env);
  await runExec(context, engine, id, {
    ...{ command, detach, environment, interactive, privileged, tty, user, workdir },
  });
}

function tryExec(
  context: CliContext,
  id: string,
  command: readonly string[],
  detach: boolean,
): void {
  if (!detach) throw new HostError('invalid', 'interactive exec is not supported in dry-run mode');
  const words = command.map((word) => JSON.stringify(word)).join(' ');
  context.stderr.write(`${DRY_RUN}Executing command [${words}] in ${id} (detached mode)\n`);
}

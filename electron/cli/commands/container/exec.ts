import type { Command } from 'commander';
import { runExec } from '../../container/run-exec.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { containerEnvironment } from '../../flags/environment.ts';
import { collect } from '../../flags/repeated.ts';
import { requireTerminal } from '../../session/require-terminal.ts';

interface ExecOptions {
  readonly detach?: boolean;
  readonly detachKeys?: string;
  readonly env?: readonly string[];
  readonly envFile?: readonly string[];
  readonly interactive?: boolean;
  readonly privileged?: boolean;
  readonly tty?: boolean;
  readonly user?: string;
  readonly workdir?: string;
}

export function define(command: Command, context: CliContext): void {
  command
    .argument('<container>')
    .argument('<command>')
    .argument('[arg...]')
    .passThroughOptions()
    .option('-d, --detach', 'Detached mode: run command in the background')
    .option(
      '--detach-keys <keys>',
      'Override the key sequence for detaching a container, e.g. ctrl-p,ctrl-q',
    )
    .option('-e, --env <name[=value]>', 'Set environment variables', collect)
    .option('--env-file <file>', 'Read in a file of environment variables', collect)
    .option('-i, --interactive', 'Keep STDIN open even if not attached')
    .option('--privileged', 'Give extended privileges to the command')
    .option('-t, --tty', 'Allocate a pseudo-TTY')
    .option('-u, --user <user>', 'Username or UID: NAME|UID[:GROUP|GID]')
    .option('-w, --workdir <path>', 'Working directory inside the container')
    .action((container: string, program: string, rest: string[], options: ExecOptions) =>
      exec(context, container, [program, ...rest], options),
    );
}

async function exec(
  context: CliContext,
  container: string,
  command: string[],
  options: ExecOptions,
): Promise<void> {
  const { detach = false, interactive = false, tty = false, privileged = false } = options;
  requireTerminal(context, interactive && tty && !detach);
  const environment = containerEnvironment(options.envFile ?? [], options.env ?? [], context.env);
  const engine = await connectEngine(context);
  const { detachKeys, user, workdir } = options;
  const modes = { detach, interactive, tty, privileged };
  await runExec(context, engine, container, {
    ...{ ...modes, command, environment, detachKeys, user, workdir },
  });
}

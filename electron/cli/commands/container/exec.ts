import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import type { EngineClient } from '../../../host/engine/connection/client.ts';
import {
  createExec,
  inspectExec,
  resizeExec,
  startExec,
  startExecDetached,
} from '../../../host/engine/exec.ts';
import type { CliContext } from '../../context.ts';
import { connectEngine } from '../../engine.ts';
import { ExitStatus, exitCodes, notRun, startFailureCode } from '../../exit-code.ts';
import { containerEnvironment } from '../../flags/environment.ts';
import { collect } from '../../flags/repeated.ts';
import { runSession } from '../../session/session.ts';
import { followTerminalSize, terminalSize } from '../../session/terminal-size.ts';

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
  const { detach = false, interactive = false, tty = false } = options;
  if (interactive && tty && !detach && !context.stdin.isTTY) {
    throw new ExitStatus(exitCodes.failure, 'the input device is not a TTY');
  }
  const environment = containerEnvironment(options.envFile ?? [], options.env ?? [], context.env);
  const engine = await connectEngine(context);
  const id = await createExec(engine, container, {
    AttachStdin: interactive && !detach,
    AttachStdout: !detach,
    AttachStderr: !detach,
    Cmd: command,
    Env: environment,
    Privileged: options.privileged ?? false,
    Tty: tty,
    ...(options.detachKeys ? { DetachKeys: options.detachKeys } : {}),
    ...(options.user ? { User: options.user } : {}),
    ...(options.workdir ? { WorkingDir: options.workdir } : {}),
  });
  const failed = (error: unknown) => {
    throw notRun(error, startFailureCode(error, exitCodes.failure));
  };
  if (detach) await startExecDetached(engine, id, { tty }).catch(failed);
  else {
    const exitCode = await runExec(context, engine, id, options).catch(failed);
    if (exitCode !== 0) throw new ExitStatus(exitCode);
  }
}

async function runExec(
  context: CliContext,
  engine: EngineClient,
  id: string,
  { interactive = false, tty = false, detachKeys }: ExecOptions,
): Promise<number> {
  const size = tty ? terminalSize(context.stdout) : undefined;
  const stream = await startExec(engine, id, { tty, ...(size ? { size } : {}) });
  const stopFollowing = tty
    ? followTerminalSize(context.stdout, (next) => resizeExec(engine, id, next))
    : () => {};
  try {
    const outcome = await runSession(context, { stream, tty, stdin: interactive, detachKeys });
    if (outcome === 'detached') {
      context.stderr.write('read escape sequence\n');
      return 0;
    }
  } finally {
    stopFollowing();
  }
  const { ExitCode } = await inspectExec(engine, id);
  if (typeof ExitCode === 'number') return ExitCode;
  throw new HostError('connection', 'the connection to the command was lost', {
    hint: 'The command may still be running in the container.',
  });
}

import { HostError } from '../../host/base/errors.ts';
import type { EngineClient } from '../../host/engine/connection/client.ts';
import {
  createExec,
  inspectExec,
  resizeExec,
  startExec,
  startExecDetached,
} from '../../host/engine/exec.ts';
import type { CliContext } from '../context.ts';
import { ExitStatus, exitCodes, notRun, startFailureCode } from '../exit-code.ts';
import { runSession } from '../session/session.ts';
import { followTerminalSize, terminalSize } from '../session/terminal-size.ts';

export interface Exec {
  readonly command: readonly string[];
  readonly detach: boolean;
  readonly detachKeys?: string | undefined;
  /** `NAME=value`. */
  readonly environment: readonly string[];
  readonly interactive: boolean;
  readonly privileged: boolean;
  readonly tty: boolean;
  readonly user?: string | undefined;
  readonly workdir?: string | undefined;
}

/**
 * Runs a command in a container, with the terminal's size and the streams of this process. Throws
 * ExitStatus with the command's exit code unless it is 0.
 */
export async function runExec(
  context: CliContext,
  engine: EngineClient,
  container: string,
  exec: Exec,
): Promise<void> {
  const { detach, detachKeys, interactive, tty, user, workdir } = exec;
  const id = await createExec(engine, container, {
    AttachStdin: interactive && !detach,
    AttachStdout: !detach,
    AttachStderr: !detach,
    Cmd: [...exec.command],
    Env: [...exec.environment],
    Privileged: exec.privileged,
    Tty: tty,
    ...(detachKeys ? { DetachKeys: detachKeys } : {}),
    ...(user ? { User: user } : {}),
    ...(workdir ? { WorkingDir: workdir } : {}),
  });
  const failed = (error: unknown) => {
    throw notRun(error, startFailureCode(error, exitCodes.failure));
  };
  if (detach) await startExecDetached(engine, id, { tty }).catch(failed);
  else {
    const exitCode = await attachExec(context, engine, id, exec).catch(failed);
    if (exitCode !== 0) throw new ExitStatus(exitCode);
  }
}

async function attachExec(
  context: CliContext,
  engine: EngineClient,
  id: string,
  { interactive, tty, detachKeys }: Exec,
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

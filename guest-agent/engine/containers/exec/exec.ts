import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import * as z from 'zod';
import { EngineError } from '../../../errors.ts';
import type { Attachment } from '../../../runtime/conmon/attach-socket.ts';
import { resolveUser } from '../../../runtime/user.ts';
import type { Engine } from '../../engine.ts';
import { flag, text } from '../../request-fields.ts';
import { rootPath } from '../mounts/root-file-system.ts';
import { startFailure } from '../process/start-failure.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { Exec } from '../record/exec-collection.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { parseDetachKeys } from '../streams/detach-keys.ts';
import { dropInput, type Encode, joinStreams } from '../streams/streams.ts';
import { startExecProcess } from './exec-process.ts';

/** Docker's exit code for an exec whose container stopped before the exec began. */
const CANNOT_RUN = 126;

/** Body of `POST /containers/{id}/exec`. */
export const execRequestSchema = z.object({
  AttachStdin: flag,
  AttachStdout: flag,
  AttachStderr: flag,
  Tty: flag,
  Privileged: flag,
  Cmd: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  User: text,
  WorkingDir: text,
  DetachKeys: text,
  ConsoleSize: z.tuple([z.int(), z.int()]).nullish(),
});

/**
 * Records an exec without running it. Rejects with 'conflict' if the container doesn't run, and
 * with 'invalid' if the user doesn't exist.
 */
export async function createExec(
  engine: Engine,
  container: LiveContainer,
  request: z.infer<typeof execRequestSchema>,
): Promise<Exec> {
  requireRunning(container);
  const argv = request.Cmd ?? [];
  parseDetachKeys(request.DetachKeys);
  if (request.User) {
    await resolveUser(rootPath(engine, container.id), request.User).catch(async (error) => {
      throw (await engine.processes.hasEnded(container.record.state.pid))
        ? notRunning(container)
        : error;
    });
  }
  const exec: Exec = {
    id: randomBytes(32).toString('hex'),
    containerId: container.id,
    argv,
    env: request.Env ?? [],
    user: request.User,
    workingDir: request.WorkingDir,
    tty: request.Tty,
    stdin: request.AttachStdin,
    stdout: request.AttachStdout,
    stderr: request.AttachStderr,
    privileged: request.Privileged,
    detachKeys: request.DetachKeys,
    consoleSize: request.ConsoleSize ?? null,
    status: 'created',
    pid: 0,
    exitCode: null,
  };
  engine.execs.add(exec);
  publishContainerEvent(engine, container.record, `exec_create: ${argv.join(' ')}`, {
    execID: exec.id,
  });
  return exec;
}

/** Throws if the exec can't start. Call this before the stream begins. */
export function checkExecStart(engine: Engine, exec: Exec): LiveContainer {
  const container = engine.containers.get(exec.containerId);
  requireRunning(container);
  if (exec.status !== 'created') {
    throw new EngineError('conflict', `exec ${exec.id} has already been started`);
  }
  return container;
}

/** Runs the exec with a client attached, until it exits or the client detaches. */
export async function startExecAttached(
  engine: Engine,
  exec: Exec,
  client: Duplex,
  encode: Encode,
): Promise<void> {
  if (!exec.stdin) dropInput(client);
  let socket: Attachment | undefined;
  try {
    const { ended } = await launchExec(engine, exec, (path) => {
      socket = engine.processes.connect(path);
    });
    if (!socket) return;
    const options = {
      ...{ stdin: exec.stdin, stdout: exec.stdout, stderr: exec.stderr, tty: exec.tty },
      closesStdin: true,
      detachKeys: parseDetachKeys(exec.detachKeys),
    };
    const outcome = await joinStreams(client, socket, options, encode);
    // Clients ask for the exit code as soon as the stream has ended.
    if (outcome === 'ended') await Promise.race([ended, once(client, 'close')]);
  } catch (error) {
    // The stream has begun, so Docker sends the error in the stream, and the exit code shows the
    // failure.
    const said = error instanceof EngineError ? error.message : String(error);
    if (!client.destroyed) client.write(encode('stdout', Buffer.from(`${said}\r\n`)));
  } finally {
    // Still open if the command couldn't be started.
    socket?.close();
    client.end();
  }
}

/** Runs the exec without a client. Resolves once it runs. */
export async function startExecDetached(engine: Engine, exec: Exec): Promise<void> {
  await launchExec(engine, exec, () => {});
}

/** Resolves once the process runs, with a promise of its exit. */
async function launchExec(
  engine: Engine,
  exec: Exec,
  attached: (socketPath: string) => void,
): Promise<{ ended: Promise<void> }> {
  const container = checkExecStart(engine, exec);
  exec.status = 'running';
  try {
    const { pid, ended } = await startExecProcess(engine, container, exec, (socketPath) => {
      attached(socketPath);
      publishContainerEvent(engine, container.record, `exec_start: ${exec.argv.join(' ')}`, {
        execID: exec.id,
      });
    });
    exec.pid = pid;
    return { ended: ended.then((exitCode) => finish(engine, container, exec, exitCode)) };
  } catch (cause) {
    const { error, exitCode } = (await engine.processes.hasEnded(container.record.state.pid))
      ? { error: notRunning(container), exitCode: CANNOT_RUN }
      : startFailure(cause, exec.argv[0] ?? '');
    finish(engine, container, exec, exitCode);
    throw new EngineError(
      error.code,
      error.message.replace(
        /^failed to create task for container: OCI runtime create failed/,
        'OCI runtime exec failed: exec failed',
      ),
      { cause },
    );
  }
}

function finish(engine: Engine, container: LiveContainer, exec: Exec, exitCode: number): void {
  exec.status = 'exited';
  exec.exitCode = exitCode;
  publishContainerEvent(engine, container.record, 'exec_die', {
    execID: exec.id,
    exitCode: String(exitCode),
  });
}

function requireRunning({ id, record }: LiveContainer): void {
  if (record.state.status === 'paused') {
    throw new EngineError(
      'conflict',
      `Container ${record.name} is paused, unpause the container before exec`,
    );
  }
  if (record.state.status !== 'running') {
    throw notRunning({ id });
  }
}

const notRunning = ({ id }: { id: string }) =>
  new EngineError('conflict', `container ${id} is not running`);

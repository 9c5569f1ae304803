import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex, Readable } from 'node:stream';
import * as z from 'zod';
import { awaitedElsewhere, EngineError, ifMissing } from '../../errors.ts';
import { crunPath, runtimeArguments } from '../crun.ts';
import type { Directories } from '../directories.ts';
import { setOomScoreAdj } from '../process/oom-score.ts';
import { killNamed } from '../process/process-state.ts';
import { RuntimeError } from '../runtime-error.ts';

/** Milliseconds for the runtime to create a container or a process. Minutes would be a fault. */
const LAUNCH_DEADLINE = 120_000;

/** conmon's message on its sync pipe: a process ID, or a negative number and crun's error. */
const syncMessageSchema = z.object({ data: z.int(), message: z.string().nullish() });
type SyncMessage = z.infer<typeof syncMessageSchema>;

/** A container whose bundle is written. */
export interface MonitoredContainer {
  readonly id: string;
  readonly name: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly leaveStdinOpen: boolean;
  /** Whether to keep a log of its output. */
  readonly log: boolean;
}

/** An exec whose `process.json` is written. */
export interface MonitoredExec {
  readonly id: string;
  readonly containerId: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  /** The process's OOM score adjustment, which it inherits from conmon. */
  readonly oomScoreAdj: number;
}

export interface MonitoredProcess {
  /** The guest's process ID of the container's process. */
  readonly pid: number;
  /** The monitor, which outlives the agent. */
  readonly monitorPid: number;
}

/**
 * Where conmon writes the exit code of an exec. conmon also requires a file named `exit` in the
 * directory itself (`--persist-dir`), and stops before it writes here if it can't create that file.
 */
export const execExits = (directory: string) => join(directory, 'exits');

/** The socket that conmon creates in the bundle directory with `--full-attach`. */
export const attachSocketPath = (directory: string) => join(directory, 'attach');
export const controlFifoPath = (directory: string) => join(directory, 'ctl');

/**
 * Creates a container (`crun create`) under its own monitor. The process waits for `crun start`.
 * Rejects with EngineError and the runtime's text.
 */
export async function createMonitored(
  directories: Directories,
  container: MonitoredContainer,
): Promise<MonitoredProcess> {
  const bundle = directories.bundle(container.id);
  const monitor = launch(
    directories,
    container.id,
    [
      ...['--cid', container.id, '--cuuid', container.id, '--name', container.name],
      ...['--bundle', bundle, '--exit-dir', directories.exits],
      ...['--log-path', container.log ? `k8s-file:${directories.log(container.id)}` : 'none'],
      ...(container.tty ? ['--terminal'] : []),
      ...(container.stdin ? ['--stdin'] : []),
      ...(container.leaveStdinOpen ? ['--leave-stdin-open'] : []),
    ],
    bundle,
    {},
  );
  try {
    const message = await monitor.sync;
    if (message.data < 0) throw runtimeFailure(message);
    await monitor.launched;
    return { pid: message.data, monitorPid: await monitorPid(bundle) };
  } finally {
    monitor.endDeadline();
  }
}

/**
 * Runs one more process in a container under its own monitor. `attached` is called when the attach
 * socket exists and the process hasn't started, so that no output is missed.
 */
export async function execMonitored(
  directories: Directories,
  exec: MonitoredExec,
  attached: () => void,
): Promise<MonitoredProcess> {
  const directory = directories.exec(exec.id);
  const monitor = launch(
    directories,
    exec.id,
    [
      ...['--cid', exec.containerId, '--cuuid', exec.id, '--name', exec.containerId],
      ...['--bundle', directory, '--exit-dir', execExits(directory)],
      ...['--log-path', 'none'],
      ...['--exec', '--exec-attach', '--exec-process-spec', join(directory, 'process.json')],
      ...(exec.tty ? ['--terminal'] : []),
      ...(exec.stdin ? ['--stdin'] : []),
    ],
    directory,
    { _OCI_STARTPIPE: '4', _OCI_ATTACHPIPE: '5' },
  );
  try {
    // `crun exec` sets no value, so without this the process would have the agent's.
    setOomScoreAdj(monitor.pid, exec.oomScoreAdj);
    // conmon waits twice: at its start, and between the attach socket and the process.
    monitor.startPipe.write('\0');
    const ready = await Promise.race([monitor.attach, monitor.sync]);
    if (ready.data < 0) throw runtimeFailure(ready);
    attached();
    monitor.startPipe.end('\0');
    const message = await monitor.sync;
    if (message.data < 0) throw runtimeFailure(message);
    await monitor.launched;
    return { pid: message.data, monitorPid: await monitorPid(directory) };
  } catch (error) {
    // Otherwise conmon would wait forever.
    monitor.startPipe.destroy();
    throw error;
  } finally {
    monitor.endDeadline();
  }
}

function launch(
  directories: Directories,
  id: string,
  args: string[],
  directory: string,
  env: Record<string, string>,
) {
  const child: ChildProcess = spawn(
    'conmon',
    [
      ...['--api-version', '1', '--runtime', crunPath, '--full-attach', '--log-level', 'error'],
      ...['--container-pidfile', join(directory, 'pid')],
      ...['--conmon-pidfile', join(directory, 'monitor-pid')],
      ...['--persist-dir', directory],
      ...runtimeArguments(directories).flatMap((arg) => ['--runtime-arg', arg]),
      ...args,
    ],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, _OCI_SYNCPIPE: '3', ...env },
    },
  );
  const failure = Promise.withResolvers<never>();
  const failed = failure.promise;
  failed.catch(awaitedElsewhere);
  child.on('error', (cause) =>
    failure.reject(new EngineError('internal', `can't run conmon: ${cause.message}`, { cause })),
  );
  const deadline = setTimeout(() => {
    const seconds = LAUNCH_DEADLINE / 1000;
    const late = `conmon did not start the process within ${seconds} s`;
    child.kill('SIGKILL');
    // The runtime exits with the monitor that started it.
    monitorPid(directory)
      .then((pid) => killNamed(pid, id))
      // Without a process ID file, the monitor has started nothing.
      .catch(ifMissing(undefined))
      .then(() => failure.reject(new EngineError('internal', late)), failure.reject);
  }, LAUNCH_DEADLINE);
  // The program forks the monitor and then writes its process ID, in any order with the monitor's
  // messages on its pipes.
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  const launched = Promise.race([exited, failed]);
  launched.catch(awaitedElsewhere);
  const [sync, start, attach] = [3, 4, 5].map((fd) => child.stdio[fd] as Duplex);
  if (!sync || !start || !attach) throw new EngineError('internal', 'conmon has no pipes');
  start.on('error', () => {});
  return {
    sync: firstMessage(sync, failed),
    attach: firstMessage(attach, failed),
    startPipe: start,
    /** Resolves once the file with the monitor's process ID exists. */
    launched,
    endDeadline: () => clearTimeout(deadline),
    pid: child.pid,
  };
}

/** The only message that conmon writes on each of its pipes: a line of JSON. */
function firstMessage(pipe: Readable, failed: Promise<never>): Promise<SyncMessage> {
  pipe.on('error', () => {});
  const line = new Promise<SyncMessage>((resolve, reject) => {
    const lines = createInterface({ input: pipe });
    lines.once('line', (text) => {
      try {
        resolve(syncMessageSchema.parse(JSON.parse(text)));
      } catch (cause) {
        reject(new EngineError('internal', `conmon said what it shouldn't: ${text}`, { cause }));
      }
      lines.close();
      // `close` pauses the pipe, and a pipe that isn't read to its end stays open.
      pipe.resume();
    });
    lines.once('close', () =>
      reject(new EngineError('internal', 'conmon exited without a message')),
    );
  });
  const message = Promise.race([line, failed]);
  // Not every caller waits for every pipe.
  message.catch(awaitedElsewhere);
  return message;
}

/** The monitor of the run whose files are in `directory`. */
export async function monitorPid(directory: string): Promise<number> {
  return Number.parseInt(await readFile(join(directory, 'monitor-pid'), 'utf8'), 10);
}

function runtimeFailure(message: SyncMessage): RuntimeError {
  return new RuntimeError(message.message?.trim() || `error ${message.data}`);
}

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

/** Milliseconds for the runtime to make a container or a process: minutes would be a fault. */
const LAUNCH_DEADLINE = 120_000;

/** What conmon writes on its sync pipe: a process ID, or a negative number and what crun said. */
const syncMessageSchema = z.object({ data: z.int(), message: z.string().nullish() });
type SyncMessage = z.infer<typeof syncMessageSchema>;

/** A container whose bundle is written. */
export interface MonitoredContainer {
  readonly id: string;
  readonly name: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly leaveStdinOpen: boolean;
  /** Whether its output is kept. */
  readonly log: boolean;
}

/** An exec whose `process.json` is written. */
export interface MonitoredExec {
  readonly id: string;
  readonly containerId: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  /** How readily the kernel kills it when memory runs out; conmon hands its own on. */
  readonly oomScoreAdj: number;
}

export interface MonitoredProcess {
  /** The container's process, as the guest numbers it. */
  readonly pid: number;
  /** The monitor; it outlives the agent. */
  readonly monitorPid: number;
}

/**
 * Where the exit code of an exec is left. conmon wants a file named `exit` in the directory itself
 * (`--persist-dir`) too, and gives up before it writes here when it can't have it.
 */
export const execExits = (directory: string) => join(directory, 'exits');

/** Names that conmon makes inside the bundle directory with `--full-attach`. */
export const attachSocketPath = (directory: string) => join(directory, 'attach');
export const controlFifoPath = (directory: string) => join(directory, 'ctl');

/**
 * Creates a container (`crun create`) under a monitor of its own. The process waits for
 * `crun start`. Rejects with EngineError carrying the runtime's words.
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
 * Runs one more process in a container under a monitor of its own. `attached` is called when the
 * attach socket is there and the process hasn't started yet, so no output is missed.
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
    // Otherwise it would be the agent's own, as `crun exec` sets none.
    setOomScoreAdj(monitor.pid, exec.oomScoreAdj);
    // conmon waits twice: before it does anything, and between the attach socket and the process.
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
    // conmon would wait for ever to be told to go on.
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
    // The runtime ends with the monitor that started it.
    monitorPid(directory)
      .then((pid) => killNamed(pid, id))
      // It has not written its number down: then it has started nothing either.
      .catch(ifMissing(undefined))
      .then(() => failure.reject(new EngineError('internal', late)), failure.reject);
  }, LAUNCH_DEADLINE);
  // What we start forks the monitor and then writes down its process ID, in no order with what the
  // monitor says on its pipes.
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
    /** The file with the monitor's process ID is there. */
    launched,
    endDeadline: () => clearTimeout(deadline),
    pid: child.pid,
  };
}

/** The one message that conmon writes on each of its pipes: a line of JSON. */
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
    });
    lines.once('close', () => reject(new EngineError('internal', 'conmon ended without a word')));
  });
  const message = Promise.race([line, failed]);
  // Not every caller waits for every pipe.
  message.catch(awaitedElsewhere);
  return message;
}

/** Of the run that has its files in `directory`. */
export async function monitorPid(directory: string): Promise<number> {
  return Number.parseInt(await readFile(join(directory, 'monitor-pid'), 'utf8'), 10);
}

function runtimeFailure(message: SyncMessage): EngineError {
  const said = message.message?.trim() || `error ${message.data}`;
  return new EngineError('internal', said);
}

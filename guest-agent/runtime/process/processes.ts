import { constants } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { processIds, readCgroup } from '../cgroup/cgroup.ts';
import type { StatFile } from '../cgroup/cgroup-stats.ts';
import { type Attachment, AttachSocket } from '../conmon/attach-socket.ts';
import {
  createMonitored,
  execMonitored,
  type MonitoredContainer,
  type MonitoredExec,
  type MonitoredProcess,
} from '../conmon/conmon.ts';
import { resizeTerminal } from '../conmon/terminal-size.ts';
import type { Directories } from '../directories.ts';
import { O_PATH } from '../files/file-calls.ts';
import type { CgroupMember } from '../spec/container.ts';
import { hasEnded, killSession } from './process-state.ts';
import { run } from './program.ts';

/** An open root directory, protected from changes of its mounts. */
export interface ProcessRoot extends AsyncDisposable {
  readonly fd: number;
}

/** The processes of containers, each with a monitor. Tests replace the Linux implementation. */
export interface Processes {
  /** See `createMonitored`. */
  create(container: MonitoredContainer): Promise<MonitoredProcess>;
  /** See `execMonitored`. */
  exec(exec: MonitoredExec, attached: () => void): Promise<MonitoredProcess>;
  /** Connects to the attach socket of a process that hasn't started yet. */
  connect(socketPath: string): Attachment;
  /** The same for a running process. Undefined if the process has just exited. */
  connectRunning(socketPath: string): Attachment | undefined;
  /** Sets the terminal size of the process whose files are in `directory`. */
  resizeTerminal(directory: string, height: number, width: number): Promise<void>;
  /** Throws an error with code ESRCH if there is no such process. */
  signal(pid: number, signal: number): void;
  /** Kills a session leader and its process group. */
  killSession(pid: number): void;
  hasEnded(pid: number): Promise<boolean>;
  /** Opens a process's root, including its mounts. */
  openRoot(pid: number): Promise<ProcessRoot>;
  /** The IDs of all processes of a container. */
  idsOf(record: CgroupMember): Promise<number[]>;
  /** The output of `ps` with these arguments. */
  list(psArgs: readonly string[]): Promise<string>;
  /** A file of a container's cgroup. Empty if there is none. */
  usage(record: CgroupMember, file: StatFile): Promise<string>;
  /** The text of `/proc/stat` or `/proc/PID/net/dev`. */
  kernelTable(name: 'stat' | `${number}/net/dev`): Promise<string>;
}

/** The processes of this VM, with crun, conmon and the kernel. */
export function linuxProcesses(directories: Directories): Processes {
  return {
    create: (container) => createMonitored(directories, container),
    exec: (exec, attached) => execMonitored(directories, exec, attached),
    connect: (path) => new AttachSocket(path),
    connectRunning: (path) => AttachSocket.ofRunning(path),
    resizeTerminal,
    signal: (pid, signal) => {
      process.kill(pid, signal);
    },
    ...{ killSession, hasEnded, openRoot },
    idsOf: processIds,
    list: (psArgs) => run('ps', psArgs),
    usage: readCgroup,
    kernelTable: (name) => readFile(`/proc/${name}`, 'utf8'),
  };
}

/**
 * A process's root doesn't change while this is open, even if the process exits. An open root alone
 * would lose its volumes with the last process of the mount namespace, and writes to a volume would
 * end up in the directory below.
 */
async function openRoot(pid: number): Promise<ProcessRoot> {
  await using stack = new AsyncDisposableStack();
  stack.use(await open(`/proc/${pid}/ns/mnt`));
  const handle = stack.use(await openDirectory(`/proc/${pid}/root`));
  const resources = stack.move();
  return { fd: handle.fd, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Opens a directory only as a base for paths. */
export function openDirectory(path: string): Promise<FileHandle> {
  return open(path, O_PATH | constants.O_DIRECTORY);
}

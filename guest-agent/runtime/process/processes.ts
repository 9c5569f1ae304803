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

/** An open root directory, with what keeps it as it is. */
export interface ProcessRoot extends AsyncDisposable {
  readonly fd: number;
}

/** The processes of containers, each under a monitor. Linux has them; tests have a stand-in. */
export interface Processes {
  /** See `createMonitored`. */
  create(container: MonitoredContainer): Promise<MonitoredProcess>;
  /** See `execMonitored`. */
  exec(exec: MonitoredExec, attached: () => void): Promise<MonitoredProcess>;
  /** Connects to the attach socket of a process that hasn't started yet. */
  connect(socketPath: string): Attachment;
  /** The same of a running process; undefined when the process has just ended. */
  connectRunning(socketPath: string): Attachment | undefined;
  /** Sets the size of the terminal of the process that has its files in `directory`. */
  resizeTerminal(directory: string, height: number, width: number): Promise<void>;
  /** Throws an error with code ESRCH when there is no such process. */
  signal(pid: number, signal: number): void;
  /** Kills a process that leads a session, and its process group. */
  killSession(pid: number): void;
  hasEnded(pid: number): Promise<boolean>;
  /** Opens what a process sees as its root, mounts included. */
  openRoot(pid: number): Promise<ProcessRoot>;
  /** IDs of all processes of a container. */
  idsOf(record: CgroupMember): Promise<number[]>;
  /** The output of `ps` with these words. */
  list(psArgs: readonly string[]): Promise<string>;
  /** A file of a container's cgroup; empty when there is none. */
  usage(record: CgroupMember, file: StatFile): Promise<string>;
  /** What `/proc/stat` or `/proc/PID/net/dev` says. */
  kernelTable(name: 'stat' | `${number}/net/dev`): Promise<string>;
}

/** The processes of this machine: crun, conmon and the kernel. */
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
 * A process's root stays as it is while this is open, whatever becomes of the process. An open root
 * alone would lose its volumes with the last process of the mount namespace: what is then written
 * to a volume would land in the directory below it.
 */
async function openRoot(pid: number): Promise<ProcessRoot> {
  await using stack = new AsyncDisposableStack();
  stack.use(await open(`/proc/${pid}/ns/mnt`));
  const handle = stack.use(await openDirectory(`/proc/${pid}/root`));
  const resources = stack.move();
  return { fd: handle.fd, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** Opens a directory only to name what is in it. */
export function openDirectory(path: string): Promise<FileHandle> {
  return open(path, O_PATH | constants.O_DIRECTORY);
}

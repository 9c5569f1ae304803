import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CgroupMember } from '../spec/container.ts';
import { cgroupOf } from '../spec/spec.ts';

const cgroupPath = (record: CgroupMember) => join('/sys/fs/cgroup', cgroupOf(record));

/**
 * Whether the kernel killed a process of the container because memory ran out (cgroup v2,
 * `memory.events`). Can be read until the runtime deletes the container.
 */
export async function wasOutOfMemory(record: CgroupMember): Promise<boolean> {
  const events = await readCgroup(record, 'memory.events');
  return /^oom_kill [1-9]/m.test(events);
}

/** The guest's process IDs of a container, from `cgroup.procs`. */
export async function processIds(record: CgroupMember): Promise<number[]> {
  const text = await readCgroup(record, 'cgroup.procs');
  return text.split('\n').filter(Boolean).map(Number);
}

/** Whether a process is in a container. By now, another process may have its ID. */
export async function isProcessOf(record: CgroupMember, pid: number): Promise<boolean> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(ignoreMissing);
  return groups?.includes(record.id) === true;
}

/** Milliseconds between two checks whether processes have exited. */
const LOOK = 50;

/**
 * Kills all processes of a container. Resolves with whether all of them exited within
 * `milliseconds`: a process that waits for a disk or a file server can't be killed until the wait
 * ends.
 */
export async function killProcesses(record: CgroupMember, milliseconds: number): Promise<boolean> {
  await writeFile(join(cgroupPath(record), 'cgroup.kill'), '1').catch(ignoreMissing);
  for (const start = performance.now(); ; ) {
    if (!/^populated 1$/m.test(await readCgroup(record, 'cgroup.events'))) return true;
    if (performance.now() - start >= milliseconds) return false;
    await delay(LOOK);
  }
}

/** Empty if the container has no cgroup, or if the controller is missing. */
export async function readCgroup(record: CgroupMember, file: string): Promise<string> {
  return (await readFile(join(cgroupPath(record), file), 'utf8').catch(ignoreMissing)) ?? '';
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (!['ENOENT', 'ENODEV', 'ESRCH'].includes(error.code ?? '')) throw error;
}

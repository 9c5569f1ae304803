import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CgroupMember } from '../spec/container.ts';
import { cgroupOf } from '../spec/spec.ts';

const cgroupPath = (record: CgroupMember) => join('/sys/fs/cgroup', cgroupOf(record));

/**
 * Whether the kernel ended a process of the container for want of memory (cgroup v2,
 * `memory.events`). Readable until the runtime deletes the container.
 */
export async function wasOutOfMemory(record: CgroupMember): Promise<boolean> {
  const events = await readCgroup(record, 'memory.events');
  return /^oom_kill [1-9]/m.test(events);
}

/** The guest's process IDs in a container, `cgroup.procs`. */
export async function processIds(record: CgroupMember): Promise<number[]> {
  const text = await readCgroup(record, 'cgroup.procs');
  return text.split('\n').filter(Boolean).map(Number);
}

/** Whether a process of this machine is in a container; by now another may have its number. */
export async function isProcessOf(record: CgroupMember, pid: number): Promise<boolean> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(ignoreMissing);
  return groups?.includes(record.id) === true;
}

/** Milliseconds between two looks at whether processes have ended. */
const LOOK = 50;

/**
 * Kills every process of a container. Resolves with whether all of them have ended after so many
 * milliseconds: a process that waits for a disk or a file server can't be killed before it is served.
 */
export async function killProcesses(record: CgroupMember, milliseconds: number): Promise<boolean> {
  await writeFile(join(cgroupPath(record), 'cgroup.kill'), '1').catch(ignoreMissing);
  for (const start = performance.now(); ; ) {
    if (!/^populated 1$/m.test(await readCgroup(record, 'cgroup.events'))) return true;
    if (performance.now() - start >= milliseconds) return false;
    await delay(LOOK);
  }
}

/** Empty when the container has no cgroup (any more), or its controller isn't there. */
export async function readCgroup(record: CgroupMember, file: string): Promise<string> {
  return (await readFile(join(cgroupPath(record), file), 'utf8').catch(ignoreMissing)) ?? '';
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (!['ENOENT', 'ENODEV', 'ESRCH'].includes(error.code ?? '')) throw error;
}

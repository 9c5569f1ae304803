import { readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode, ifMissing } from '../../errors.ts';
import type { CgroupMember } from '../spec/container.ts';
import { cgroupOf, cgroupParent } from '../spec/spec.ts';

const ROOT = '/sys/fs/cgroup';

const cgroupPath = (record: CgroupMember) => join(ROOT, cgroupOf(record));

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

/** Milliseconds for processes that were killed to exit. */
const REMOVAL_DEADLINE = 5_000;
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

/**
 * Removes what a runtime that was killed left of a container's cgroup, with its processes. Only
 * containers without a parent of their own are found. Idempotent.
 */
export async function removeLeftCgroup(id: string): Promise<void> {
  const record = { id, hostConfig: { CgroupParent: '' } };
  if (!(await killProcesses(record, REMOVAL_DEADLINE))) return;
  await removeTree(cgroupPath(record));
}

/** The IDs of the containers that have a cgroup, except those with a parent of their own. */
export async function cgroupIds(): Promise<string[]> {
  const entries = await readdir(join(ROOT, cgroupParent), { withFileTypes: true }).catch(
    ifMissing([]),
  );
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Removes a container's cgroup if no process is in it. */
export async function removeEmptyCgroup(id: string): Promise<void> {
  await removeTree(join(ROOT, cgroupParent, id));
}

async function removeTree(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true }).catch(ifMissing([]));
  for (const entry of entries) if (entry.isDirectory()) await removeTree(join(path, entry.name));
  await rmdir(path).catch((error: unknown) => {
    // Processes are in it.
    if (!hasCode(error, 'ENOENT', 'EBUSY')) throw error;
  });
}

/** Empty if the container has no cgroup, or if the controller is missing. */
export async function readCgroup(record: CgroupMember, file: string): Promise<string> {
  return (await readFile(join(cgroupPath(record), file), 'utf8').catch(ignoreMissing)) ?? '';
}

/** Writes a line to a file of a container's cgroup. Does nothing if the controller is missing. */
export async function writeCgroup(record: CgroupMember, file: string, line: string): Promise<void> {
  await writeFile(join(cgroupPath(record), file), line).catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (!['ENOENT', 'ENODEV', 'ESRCH'].includes(error.code ?? '')) throw error;
}

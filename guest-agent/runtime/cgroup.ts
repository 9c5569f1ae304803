import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerRecord } from '../engine/containers/container.ts';
import { cgroupOf } from './spec/spec.ts';

const cgroupPath = (record: ContainerRecord) => join('/sys/fs/cgroup', cgroupOf(record));

/**
 * Whether the kernel ended a process of the container for want of memory (cgroup v2,
 * `memory.events`). Readable until the runtime deletes the container.
 */
export async function wasOutOfMemory(record: ContainerRecord): Promise<boolean> {
  const events = await readCgroup(record, 'memory.events');
  return /^oom_kill [1-9]/m.test(events);
}

/** The guest's process IDs in a container, `cgroup.procs`. */
export async function processIds(record: ContainerRecord): Promise<number[]> {
  const text = await readCgroup(record, 'cgroup.procs');
  return text.split('\n').filter(Boolean).map(Number);
}

/** Empty when the container has no cgroup (any more), or its controller isn't there. */
export async function readCgroup(record: ContainerRecord, file: string): Promise<string> {
  try {
    return await readFile(join(cgroupPath(record), file), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

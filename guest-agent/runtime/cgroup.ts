import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cgroupParent } from './spec/spec.ts';

const cgroupPath = (id: string) => join('/sys/fs/cgroup', cgroupParent, id);

/**
 * Whether the kernel ended a process of the container for want of memory (cgroup v2,
 * `memory.events`). Readable until the runtime deletes the container.
 */
export async function wasOutOfMemory(id: string): Promise<boolean> {
  const events = await readCgroup(id, 'memory.events');
  return /^oom_kill [1-9]/m.test(events);
}

/** The guest's process IDs in a container, `cgroup.procs`. */
export async function processIds(id: string): Promise<number[]> {
  const text = await readCgroup(id, 'cgroup.procs');
  return text.split('\n').filter(Boolean).map(Number);
}

/** Empty when the container has no cgroup (any more). */
async function readCgroup(id: string, file: string): Promise<string> {
  try {
    return await readFile(join(cgroupPath(id), file), 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENODEV'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

import { mkdir, mkdtemp, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode, ifMissing } from '../../../guest-agent/errors.ts';

/** A cgroup of this host. */
export interface OwnCgroup {
  /** Empty if this host lets nobody create one. */
  readonly path: string;
  /**
   * Moves its processes into a cgroup below. Controllers can be enabled only for a cgroup without processes
   * of its own, and crun tries that for seconds at the start of each container.
   */
  moveProcesses(): Promise<void>;
  /** Kills its processes and removes the cgroup with those below. */
  remove(): Promise<void>;
}

/** Creates a cgroup at the root of this host's cgroups (version 2). */
export async function openCgroup(): Promise<OwnCgroup> {
  const mounts = await readFile('/proc/mounts', 'utf8');
  const root = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  try {
    if (root === undefined) throw Object.assign(new Error('no cgroups'), { code: 'ENOENT' });
    const path = await mkdtemp(join(root, 'berth-native-'));
    return { path, moveProcesses: () => moveProcesses(path), remove: () => remove(path) };
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'EROFS', 'EACCES', 'EPERM')) throw error;
    return { path: '', moveProcesses: async () => {}, remove: async () => {} };
  }
}

async function moveProcesses(path: string): Promise<void> {
  const below = join(path, 'system');
  await mkdir(below, { recursive: true });
  const running = (await readFile(join(path, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean);
  for (const pid of running) {
    // A process that has ended needs no place.
    await writeFile(join(below, 'cgroup.procs'), pid).catch((error: unknown) => {
      if (!hasCode(error, 'ESRCH')) throw error;
    });
  }
}

async function remove(path: string): Promise<void> {
  await writeFile(join(path, 'cgroup.kill'), '1').catch(ifMissing(undefined));
  const entries = await readdir(path, { withFileTypes: true }).catch(ifMissing([]));
  for (const entry of entries) if (entry.isDirectory()) await remove(join(path, entry.name));
  // The kernel removes the last process shortly after its exit.
  for (let tries = 0; ; tries++) {
    try {
      return await rmdir(path);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return;
      if (!hasCode(error, 'EBUSY') || tries === 100) throw error;
    }
    await delay(50);
  }
}

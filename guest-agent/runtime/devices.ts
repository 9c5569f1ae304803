import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OciDevice } from './spec/oci.ts';
import { deviceNumbers } from './spec/resources.ts';

/** Below /dev: what a container has of its own. */
const OWN = new Set(['console', 'fd', 'mqueue', 'ptmx', 'pts', 'shm', 'tty']);

/** All devices that the machine has now, for a privileged container. */
export async function machineDevices(directory = '/dev'): Promise<OciDevice[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => directory !== '/dev' || !OWN.has(name))
      .map((entry) => {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) return machineDevices(path);
        if (entry.isCharacterDevice()) return [deviceAt(path, 'c')];
        return entry.isBlockDevice() ? [deviceAt(path, 'b')] : [];
      }),
  );
  return Promise.all(found.flat());
}

async function deviceAt(path: string, type: 'b' | 'c'): Promise<OciDevice> {
  const { rdev, mode, uid, gid } = await lstat(path);
  return { path, type, ...deviceNumbers(rdev), fileMode: mode & 0o7777, uid, gid };
}

import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OciDevice } from './spec/oci.ts';
import { deviceNumbers } from './spec/resources.ts';

/** Paths below /dev that a container has of its own. */
const OWN = new Set(['console', 'fd', 'mqueue', 'ptmx', 'pts', 'shm', 'tty']);

/** All current devices of the VM, for a privileged container. */
export async function machineDevices(directory = '/dev'): Promise<OciDevice[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => directory !== '/dev' || !OWN.has(name))
      .map(async (entry) => {
        const path = join(directory, entry.name);
        if (entry.isDirectory()) return machineDevices(path);
        if (!entry.isCharacterDevice() && !entry.isBlockDevice()) return [];
        return [deviceAt(path, await lstat(path))];
      }),
  );
  return found.flat();
}

/** A device node of the VM in the runtime's form. */
export function deviceAt(path: string, node: Stats): OciDevice {
  const { rdev, mode, uid, gid } = node;
  const type = node.isBlockDevice() ? 'b' : 'c';
  return { path, type, ...deviceNumbers(rdev), fileMode: mode & 0o7777, uid, gid };
}

import { readdir, stat } from 'node:fs/promises';
import { readMounts } from '../../runtime/mounts/mount-info.ts';
import type { Volume } from './volume.ts';

/** A directory of ours with files in it; what is mounted there belongs elsewhere. */
export async function holdsFiles(mountpoint: string): Promise<boolean> {
  if ((await readMounts()).some(({ mountPoint }) => mountPoint === mountpoint)) return false;
  return readdir(mountpoint).then(
    (names) => names.length > 0,
    () => false,
  );
}

/**
 * A plain volume of files whose record is lost: had the volume had a device, there would be no
 * files. It isn't anonymous any more, so that no `--rm` and no prune takes it.
 */
export async function adoptedVolume(name: string, mountpoint: string): Promise<Volume> {
  const { birthtime } = await stat(mountpoint);
  return {
    ...{ name, createdAt: birthtime.toISOString() },
    ...{ labels: {}, options: {}, anonymous: false },
  };
}

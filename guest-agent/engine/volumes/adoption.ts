import { readdir, stat } from 'node:fs/promises';
import { ifMissing } from '../../errors.ts';
import { readMounts } from '../../runtime/mounts/mount-info.ts';
import { DAMAGED } from '../../store/kept-file.ts';
import type { Volume } from './volume.ts';

/** A directory of ours with files in it; what is mounted there belongs elsewhere. */
export async function holdsFiles(mountpoint: string): Promise<boolean> {
  if ((await readMounts()).some(({ mountPoint }) => mountPoint === mountpoint)) return false;
  const names = await readdir(mountpoint).catch(ifMissing([], ...DAMAGED));
  return names.length > 0;
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

import { readdir, stat } from 'node:fs/promises';
import { ifMissing } from '../../errors.ts';
import { readMounts } from '../../runtime/mounts/mount-info.ts';
import { DAMAGED } from '../../store/kept-file.ts';
import type { Volume } from './volume.ts';

/** Whether a directory contains files. A mount there belongs elsewhere and doesn't count. */
export async function holdsFiles(mountpoint: string): Promise<boolean> {
  if ((await readMounts()).some(({ mountPoint }) => mountPoint === mountpoint)) return false;
  const names = await readdir(mountpoint).catch(ifMissing([], ...DAMAGED));
  return names.length > 0;
}

/**
 * The record of a plain volume whose own record is lost. A volume with a device would have no files
 * here. The volume isn't anonymous any more, so that neither `--rm` nor a prune removes it.
 */
export async function adoptedVolume(name: string, mountpoint: string): Promise<Volume> {
  const { birthtime } = await stat(mountpoint);
  return {
    ...{ name, createdAt: birthtime.toISOString() },
    ...{ labels: {}, options: {}, anonymous: false },
  };
}

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { guestDiskOrder } from '../../../../guest-agent/contract/paths.ts';
import { writeFileAtomic } from '../../base/atomic-file.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { unlessMissing } from '../../base/system-error.ts';
import type { MachinePaths } from '../../home/paths.ts';
import type { GuestImage } from '../../home/resources.ts';
import type { writeVhdx } from './vhdx.ts';

/** A disk of the VM. The guest finds its disks by their LUN. */
export interface AttachedDisk {
  readonly lun: number;
  readonly path: string;
}

/** Each disk's place is its LUN: first the disks that the guest expects, then the boot disk. */
const diskOrder = [...guestDiskOrder, 'esp'] as const;

/** The LUN of the disk that the firmware boots from. */
export const bootLun = diskOrder.indexOf('esp');

/** Hyper-V's own tools make no smaller disk. */
const minimumBytes = 4 * 1024 ** 2;

/** Files of the VM besides those in `MachinePaths`: Hyper-V's own and the disks it boots from. */
export const hypervFolder = ({ directory }: Pick<MachinePaths, 'directory'>) =>
  join(directory, 'hyper-v');

/** Writes the disks that the VM only reads, where their raw files have changed. */
export async function prepareDisks(
  paths: MachinePaths,
  image: GuestImage,
  write: typeof writeVhdx,
): Promise<AttachedDisk[]> {
  const { esp, root } = image;
  if (esp === undefined) {
    throw new HostError('machine-failed', "The VM image has no disk that Hyper-V's UEFI can boot", {
      hint: 'Reinstall Berth. In a checkout, run `npm run image`.',
    });
  }
  const sources = { root, config: paths.configDisk, esp };
  const prepare = async (name: keyof typeof sources): Promise<string> => {
    const target = join(hypervFolder(paths), `${name}.vhdx`);
    try {
      await refresh(sources[name], target, write);
    } catch (cause) {
      throw new HostError('machine-failed', `Can't write ${target}: ${reasonOf(cause)}`, { cause });
    }
    return target;
  };
  const disks: AttachedDisk[] = [];
  for (const [lun, name] of diskOrder.entries()) {
    disks.push({ lun, path: name === 'data' ? paths.dataDisk : await prepare(name) });
  }
  return disks;
}

/**
 * An older image may replace a newer one, so the raw file's identity is recorded beside the VHDX
 * instead of comparing times.
 */
async function refresh(source: string, target: string, write: typeof writeVhdx): Promise<void> {
  const { size, mtimeMs } = await stat(source);
  const identity = JSON.stringify({ source, size, mtimeMs });
  const record = `${target}.source`;
  const known = await readFile(record, 'utf8').catch(unlessMissing);
  if (known === identity && (await stat(target).catch(unlessMissing))) return;
  await write({ source, target, minimumBytes });
  await writeFileAtomic(record, identity);
}

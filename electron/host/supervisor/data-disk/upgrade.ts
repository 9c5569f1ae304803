import { existsSync } from 'node:fs';
import { HostError } from '../../base/errors.ts';
import { moveFile } from '../../base/move-file.ts';
import {
  readDataDiskRecord,
  requireNotLost,
  restoreDataDiskRecord,
  writeDataDiskRecord,
} from '../../home/data-disk-record.ts';
import type { ImageVersion } from '../../home/image-manifest.ts';
import type { MachinePaths } from '../../home/paths.ts';
import { copyDisk } from './copy-disk.ts';

/**
 * Protects the data disk when the image has changed. A change of format has these steps, each
 * durable before the next:
 *
 * 1. Copy the disk (`backUp`).
 * 2. Record that an upgrade is in progress.
 * 3. Boot the image, whose engine migrates the disk.
 * 4. When the engine answers, record the new format (`settle`). If it doesn't answer, replace the
 *    disk by the copy (`rollBack`), then record the old format.
 *
 * After a power failure, the next start continues. Before step 2, it makes a new copy. After step 2,
 * it uses the existing copy, because the disk may be partly migrated.
 */
export interface DataDiskGuard {
  /**
   * Call this before anything touches the disk. Rejects with HostError 'machine-failed', leaving
   * the disk unchanged, if its format is newer than the image's.
   */
  prepare(): Promise<void>;
  /**
   * Copies the disk if the image will change the format, and keeps the copy until the image has
   * settled.
   */
  backUp(signal: AbortSignal): Promise<void>;
  /** The image's engine answers, so the disk has its format now. */
  settle(): Promise<void>;
  /**
   * Restores the copy if this guard's boot was going to change the format; returns whether it did.
   * The hypervisor must have exited.
   */
  rollBack(): Promise<boolean>;
  /** Whether the engine will first change the format, which may take a while. */
  readonly upgrading: boolean;
}

export function guardDataDisk(
  paths: Pick<MachinePaths, 'dataDisk' | 'dataDiskRecord' | 'dataDiskBackup'>,
  image: () => Promise<ImageVersion>,
): DataDiskGuard {
  let upgrading = false;

  const putBack = async (): Promise<void> => {
    const { upgrade: _, backup, ...record } = await readDataDiskRecord(paths);
    // Missing if the host went down right after the copy was restored.
    if (existsSync(paths.dataDiskBackup)) await moveFile(paths.dataDiskBackup, paths.dataDisk);
    await writeDataDiskRecord(paths, { ...record, format: backup?.format ?? record.format });
  };

  return {
    get upgrading() {
      return upgrading;
    },

    async prepare() {
      const { dataFormat } = await image();
      await restoreDataDiskRecord(paths);
      if (!existsSync(paths.dataDisk)) {
        await requireNotLost(paths);
        return writeDataDiskRecord(paths, { format: dataFormat, blank: true });
      }
      const { upgrade } = await readDataDiskRecord(paths);
      const isHalfway = upgrade && existsSync(paths.dataDiskBackup);
      // The upgrade was interrupted, and this image can't continue it.
      if (upgrade && (!isHalfway || upgrade.to > dataFormat)) await putBack();
      await requireNotLost(paths);
      const { format, backup, blank } = await readDataDiskRecord(paths);
      if (format <= dataFormat) return;
      // No engine has used the disk, so nothing on the disk has the newer format.
      if (blank) return writeDataDiskRecord(paths, { format: dataFormat, blank });
      const copy = backup && existsSync(paths.dataDiskBackup) ? backup : undefined;
      throw new HostError(
        'machine-failed',
        `The data disk has format ${format}, from a newer version of Berth. This version supports formats up to ${dataFormat}. Berth didn't change the disk.`,
        {
          hint: copy
            ? `Install the newer version of Berth. A copy of the disk from before its upgrade on ${copy.madeAt} is at ${paths.dataDiskBackup}.`
            : 'Install the newer version of Berth.',
        },
      );
    },

    async backUp(signal) {
      const { dataFormat } = await image();
      const record = await readDataDiskRecord(paths);
      if (record.format >= dataFormat) return;
      upgrading = true;
      if (record.upgrade) {
        // A different image may continue the upgrade: the record says which one comes next.
        await writeDataDiskRecord(paths, { ...record, upgrade: { to: dataFormat } });
        return;
      }
      await copyDisk(paths.dataDisk, paths.dataDiskBackup, signal);
      await writeDataDiskRecord(paths, {
        ...record,
        upgrade: { to: dataFormat },
        backup: { format: record.format, madeAt: new Date().toISOString() },
      });
    },

    async settle() {
      const { dataFormat, id } = await image();
      const { upgrade, blank, ...record } = await readDataDiskRecord(paths);
      upgrading = false;
      if (!upgrade && !blank && record.format === dataFormat && record.image === id) return;
      await writeDataDiskRecord(paths, {
        ...record,
        format: dataFormat,
        ...(id && { image: id }),
        ...(record.image && record.image !== id && { previousImage: record.image }),
      });
    },

    async rollBack() {
      if (!upgrading) return false;
      upgrading = false;
      await putBack();
      return true;
    },
  };
}

import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { loggerOf } from '../../base/log.ts';
import { dataDiskConfig, readDataDiskRecord, requireNotLost } from '../../home/data-disk-record.ts';
import { type ImageVersion, imageVersion } from '../../home/image-manifest.ts';
import { guestArchitecture } from '../../home/resources.ts';
import { chooseImage } from '../../home/vm-images.ts';
import { type Check, type CheckContext, fail, ok } from '../check.ts';

const log = loggerOf('doctor');

/**
 * ext4's superblock: https://docs.kernel.org/filesystems/ext4/globals.html#super-block. The check
 * reads it from the disk file, so the VM doesn't have to run.
 */
const superblockAt = 1024;
const magicAt = 0x38;
const stateAt = 0x3a;
const errorCountAt = 0x194;
const hasErrors = 2;

/** Whether the data disk has no errors and a format that this version of Berth knows. */
export const dataDisk: Check = {
  name: 'data disk',
  async run({ host: { home, paths }, environment }) {
    await requireNotLost(paths);
    if (!existsSync(paths.dataDisk)) return ok('not created yet');
    const { format, backup } = await readDataDiskRecord(paths);
    // A missing image is reported by the image check.
    const image = await log.attempt('Inspecting the image', knownImage(home, environment));
    const copy =
      backup && existsSync(paths.dataDiskBackup)
        ? `; a copy from before the last upgrade is at ${paths.dataDiskBackup}`
        : '';
    if (image && format > image.dataFormat) {
      return fail(
        `its format ${format} is from a newer version of Berth; this version supports formats up to ${image.dataFormat}${copy}`,
        'Install the newer version of Berth.',
      );
    }
    // In Hyper-V's format, the superblock isn't at a fixed place.
    if (paths.dataDisk.endsWith('.vhdx')) return ok(`format ${format}${copy}`);
    const block = await readSuperblock(paths.dataDisk);
    const empty = block.every((byte) => byte === 0);
    if (empty && (await dataDiskConfig(paths)).blank) return ok('not formatted yet');
    if (block.readUInt16LE(magicAt) !== 0xef53) {
      return fail(
        'its file system is damaged',
        'Start the VM: Berth repairs the file system from its backup superblock.',
      );
    }
    const errors = block.readUInt32LE(errorCountAt);
    if (errors > 0 || block.readUInt16LE(stateAt) & hasErrors) {
      return fail(
        `its file system has recorded ${errors} errors`,
        "Stop and start the VM to repair it. Also check the host's own disk.",
      );
    }
    return ok(`no errors, format ${format}${copy}`);
  },
};

async function knownImage(
  home: string,
  environment: CheckContext['environment'],
): Promise<ImageVersion> {
  return imageVersion(chooseImage(home, guestArchitecture(), environment).files);
}

async function readSuperblock(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const block = Buffer.alloc(1024);
    await file.read(block, 0, block.length, superblockAt);
    return block;
  } finally {
    await file.close();
  }
}

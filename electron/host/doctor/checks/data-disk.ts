import { existsSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { loggerOf } from '../../base/log.ts';
import { dataDiskConfig, readDataDiskRecord, requireNotLost } from '../../home/data-disk-record.ts';
import { type ImageVersion, imageVersion } from '../../home/image-manifest.ts';
import { findGuestImage, guestArchitecture } from '../../home/resources.ts';
import { type Check, type CheckContext, fail, ok } from '../check.ts';

const log = loggerOf('doctor');

/*
 * ext4's superblock: https://docs.kernel.org/filesystems/ext4/globals.html#super-block. It is read
 * from the outside, so that the machine need not run.
 */
const superblockAt = 1024;
const magicAt = 0x38;
const stateAt = 0x3a;
const errorCountAt = 0x194;
const hasErrors = 2;

/** The disk with the user's data has no errors, and a format that this Berth knows. */
export const dataDisk: Check = {
  name: 'data disk',
  async run({ host: { paths }, environment }) {
    await requireNotLost(paths);
    if (!existsSync(paths.dataDisk)) return ok('not made yet');
    const { format, backup } = await readDataDiskRecord(paths);
    // Without the image, the check of the image says so.
    const image = await log.attempt('Looking at the image', knownImage(environment));
    const copy =
      backup && existsSync(paths.dataDiskBackup)
        ? `; its copy from before the last upgrade is ${paths.dataDiskBackup}`
        : '';
    if (image && format > image.dataFormat) {
      return fail(
        `a newer Berth made it: it has format ${format}, this one knows up to ${image.dataFormat}${copy}`,
        'Install the newer Berth again.',
      );
    }
    const block = await readSuperblock(paths.dataDisk);
    const empty = block.every((byte) => byte === 0);
    if (empty && (await dataDiskConfig(paths)).blank) return ok('not formatted yet');
    if (block.readUInt16LE(magicAt) !== 0xef53) {
      return fail('its file system is damaged', 'A start repairs it from its second superblock.');
    }
    const errors = block.readUInt32LE(errorCountAt);
    if (errors > 0 || block.readUInt16LE(stateAt) & hasErrors) {
      return fail(
        `its file system has met ${errors} errors`,
        "Stop and start the machine: it is repaired then. Check the computer's own disk.",
      );
    }
    return ok(`no errors, format ${format}${copy}`);
  },
};

async function knownImage(environment: CheckContext['environment']): Promise<ImageVersion> {
  return imageVersion(findGuestImage(guestArchitecture(), environment));
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

import { constants } from 'node:fs';
import { copyFile, type FileHandle, open, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { moveFile } from '../../base/move-file.ts';
import { runProgram } from '../../base/process.ts';

const log = loggerOf('data-disk');

const chunkSize = 1024 * 1024;
const blockSize = 64 * 1024;
/** The space to leave free besides the copy. */
const marginBytes = 512 * 1024 ** 2;

/**
 * Copies an unused disk: shares its blocks if the file system can (APFS, Btrfs, XFS), otherwise
 * copies the non-zero blocks. The copy appears only when it is complete, and replaces an earlier
 * copy. Rejects when `signal` aborts, or with HostError if there isn't enough space.
 */
export async function copyDisk(from: string, to: string, signal: AbortSignal): Promise<void> {
  const unfinished = `${to}.tmp`;
  await rm(unfinished, { force: true });
  try {
    await copyFile(from, unfinished, constants.COPYFILE_FICLONE_FORCE).catch(async (error) => {
      log.debug('Copying the disk block by block', error);
      await rm(unfinished, { force: true });
      await requireRoom(from, dirname(to));
      await copySparse(from, unfinished, signal);
    });
    const copy = await open(unfinished, 'r+');
    await copy.sync().finally(() => copy.close());
    signal.throwIfAborted();
    await moveFile(unfinished, to);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function requireRoom(from: string, directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  const { blocks } = await stat(from);
  const needed = blocks * 512 + marginBytes;
  if (bavail * bsize >= needed) return;
  const gigabytes = Math.ceil((needed - bavail * bsize) / 1e9);
  throw new HostError('machine-failed', `There isn't enough space for a copy of the data disk`, {
    hint: `Berth copies the data disk before it changes the disk's format. Free ${gigabytes} GB, then start again.`,
  });
}

async function copySparse(from: string, to: string, signal: AbortSignal): Promise<void> {
  const source = await open(from, 'r');
  try {
    const target = await open(to, 'wx', 0o600);
    try {
      // Hyper-V refuses a VHDX that is a sparse file.
      const isRaw = !from.endsWith('.vhdx');
      if (process.platform === 'win32' && isRaw)
        await runProgram('fsutil', ['sparse', 'setflag', to]);
      const { size } = await source.stat();
      await target.truncate(size);
      const chunk = Buffer.alloc(chunkSize);
      for (let position = 0; position < size; position += chunkSize) {
        signal.throwIfAborted();
        const { bytesRead } = await source.read(chunk, 0, chunkSize, position);
        await writeBlocks(target, chunk.subarray(0, bytesRead), position);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

const zeroes = Buffer.alloc(blockSize);

/** Skips blocks of zeroes, which a sparse file doesn't have to store. */
async function writeBlocks(target: FileHandle, chunk: Buffer, position: number): Promise<void> {
  for (let offset = 0; offset < chunk.length; offset += blockSize) {
    const block = chunk.subarray(offset, offset + blockSize);
    if (block.equals(zeroes.subarray(0, block.length))) continue;
    await target.write(block, 0, block.length, position + offset);
  }
}

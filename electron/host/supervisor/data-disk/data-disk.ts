import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { runProgram } from '../../base/process.ts';

const gibibyte = 1024 ** 3;

/**
 * Creates the data disk if missing, and enlarges it if `sizeGiB` has grown. It is a sparse raw file
 * that takes up only what the VM has written and not discarded. Never shrinks it.
 */
export async function ensureDataDisk(path: string, sizeGiB: number): Promise<void> {
  // Windows refuses to change the length of a file that was opened for appending.
  const file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const { size } = await file.stat();
    if (size >= sizeGiB * gibibyte) return;
    // Otherwise, NTFS would allocate the whole size immediately.
    if (process.platform === 'win32') await runProgram('fsutil', ['sparse', 'setflag', path]);
    await file.truncate(sizeGiB * gibibyte);
    await file.sync();
  } finally {
    await file.close();
  }
}

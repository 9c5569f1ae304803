import { open } from 'node:fs/promises';
import { runProgram } from '../../base/process.ts';

const gibibyte = 1024 ** 3;

/**
 * Makes the data disk when it is missing, and enlarges it when `sizeGiB` has grown. It is a sparse
 * raw file: it takes up what the guest has written and not yet discarded. Never shrinks.
 */
export async function ensureDataDisk(path: string, sizeGiB: number): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    const { size } = await file.stat();
    if (size >= sizeGiB * gibibyte) return;
    // NTFS would otherwise take the whole size at once.
    if (process.platform === 'win32') await runProgram('fsutil', ['sparse', 'setflag', path]);
    await file.truncate(sizeGiB * gibibyte);
    await file.sync();
  } finally {
    await file.close();
  }
}

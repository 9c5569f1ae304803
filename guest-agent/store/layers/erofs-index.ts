import { execFile } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { EngineError } from '../../errors.ts';

const run = promisify(execFile);

/**
 * Makes the EROFS index over an uncompressed tar (erofs-utils >= 1.7): metadata alone, file data
 * stays in the tar. Aufs whiteouts become overlayfs ones.
 *
 * The tar is open for reading and writing as `tar` and lies at `tarPath`. While the index is made,
 * `trailer` stands in for the tar's end mark, from offset `end` on; after it the file has its own
 * bytes again. On a failure the file is undefined, and to be thrown away.
 */
export async function makeErofsIndex(
  mkfs: string,
  tar: FileHandle,
  tarPath: string,
  indexPath: string,
  { end, trailer }: { end: number; trailer: Uint8Array },
): Promise<void> {
  const { size } = await tar.stat();
  const covered = Buffer.alloc(Math.max(0, Math.min(trailer.length, size - end)));
  await tar.read(covered, 0, covered.length, end);
  await tar.write(trailer, 0, trailer.length, end);
  try {
    await run(mkfs, ['--quiet', '--tar=i', '--aufs', indexPath, tarPath]);
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    const reason = (stderr ?? '').trim() || String(cause);
    throw new EngineError('internal', `failed to register layer: ${reason}`, { cause });
  }
  await tar.write(covered, 0, covered.length, end);
  await tar.truncate(size);
}

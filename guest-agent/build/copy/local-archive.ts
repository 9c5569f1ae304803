import { decompressAny } from '../../engine/archive/decompress-any.ts';
import { EngineError } from '../../errors.ts';
import { startsAsTar } from '../context/tar-start.ts';
import type { Source } from './sources.ts';
import { readUntilAborted } from './until-aborted.ts';

/** Whether `ADD` unpacks a file: its content must be a tar, compressed or not. */
export async function isArchive({ path, stats }: Source, signal: AbortSignal): Promise<boolean> {
  if (!stats.isFile()) return false;
  try {
    const { isTar, bytes } = await startsAsTar(decompressAny(readUntilAborted(path, signal)));
    // Closes the source, since nobody reads the remaining bytes.
    await bytes[Symbol.asyncIterator]().return?.();
    return isTar;
  } catch (error) {
    // The file looks compressed but isn't, so it counts as a plain file.
    if (error instanceof EngineError && error.code === 'invalid') return false;
    throw error;
  }
}

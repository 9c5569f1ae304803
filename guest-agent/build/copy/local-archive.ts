import { createReadStream } from 'node:fs';
import { decompressAny } from '../../engine/archive/decompress-any.ts';
import { EngineError } from '../../errors.ts';
import { startsAsTar } from '../context/tar-start.ts';
import type { Source } from './sources.ts';

/** Whether `ADD` unpacks a file: a tar, compressed or not, by its content. */
export async function isArchive({ path, stats }: Source, signal: AbortSignal): Promise<boolean> {
  if (!stats.isFile()) return false;
  try {
    const { isTar, bytes } = await startsAsTar(decompressAny(createReadStream(path, { signal })));
    // Not read any further: what it comes from is closed.
    await bytes[Symbol.asyncIterator]().return?.();
    return isTar;
  } catch (error) {
    // Looks compressed and isn't: a file like any other.
    if (error instanceof EngineError && error.code === 'invalid') return false;
    throw error;
  }
}

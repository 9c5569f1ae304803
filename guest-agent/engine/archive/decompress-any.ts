import { decompress } from '../../registry/decompress.ts';
import { pipeThrough } from '../../runtime/process/pipe-through.ts';
import { peek } from './peek.ts';

/** Programs for formats that Node can't decompress, by the first bytes of the format. */
const PROGRAMS: readonly (readonly [magic: Buffer, program: string])[] = [
  [Buffer.from('BZh'), 'bunzip2'],
  [Buffer.from('fd377a585a00', 'hex'), 'unxz'],
];

/**
 * The uncompressed bytes of an archive. The first bytes show whether it is gzip, zstd, bzip2, xz or
 * uncompressed, as in Docker. Throws EngineError 'invalid' for damaged data.
 */
export async function* decompressAny(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const { start, whole } = await peek(source, 6);
  const found = PROGRAMS.find(([magic]) => start.subarray(0, magic.length).equals(magic));
  yield* found === undefined ? decompress(whole) : pipeThrough(found[1], ['-c'], whole);
}

import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from 'node:zlib';
import { awaitedElsewhere, EngineError } from '../errors.ts';

const CHUNK_BYTES = 256 * 1024;

/**
 * The uncompressed bytes of a layer blob: gzip, zstd or neither. The first bytes show the format,
 * since media types can be wrong. Reads all members or frames of a file. Throws EngineError
 * 'invalid' for damaged data, and all errors of the source. Always reads the source to its end.
 */
export async function* decompress(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const input = source[Symbol.asyncIterator]();
  try {
    let pending: Uint8Array = await readAtLeast(4, input);
    const create = decompressorOf(pending);
    while (pending.length > 0) {
      if (create === undefined) {
        yield pending;
      } else {
        pending = yield* decompressFrame(create(), pending, input);
        if (pending.length > 0) continue;
      }
      pending = (await next(input)) ?? new Uint8Array();
    }
  } finally {
    await input.return?.();
  }
}

type Decompressor = Gunzip | ZstdDecompress;

function decompressorOf(start: Uint8Array): (() => Decompressor) | undefined {
  const magic = Buffer.from(start.subarray(0, 4)).toString('hex');
  if (magic.startsWith('1f8b')) return () => createGunzip({ chunkSize: CHUNK_BYTES });
  // The second form is a skippable frame (RFC 8878, section 3.1.2), which can come first.
  if (/^(28b52ffd|5.2a4d18)$/.test(magic)) {
    return () => createZstdDecompress({ chunkSize: CHUNK_BYTES });
  }
  return undefined;
}

/** Yields the content of one frame. Returns the input that was read past its end. */
async function* decompressFrame(
  frame: Decompressor,
  first: Uint8Array,
  input: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, Uint8Array> {
  const feeding = feed(frame, first, input);
  // A failure also occurs in `frame`, which is read below.
  feeding.catch(awaitedElsewhere);
  try {
    for await (const chunk of frame as AsyncIterable<Buffer>) yield chunk;
  } catch (cause) {
    if (!(cause instanceof Error && 'errno' in cause && 'code' in cause)) throw cause;
    if (!/^(Z|ZSTD)_/.test(String(cause.code))) throw cause;
    throw new EngineError('invalid', `the compressed layer is damaged: ${cause.message}`, {
      cause,
    });
  } finally {
    frame.destroy();
  }
  return await feeding;
}

/** Writes input to the frame until the end of either. */
async function feed(
  frame: Decompressor,
  first: Uint8Array,
  input: AsyncIterator<Uint8Array>,
): Promise<Uint8Array> {
  let fed = 0;
  let chunk: Uint8Array | undefined = first;
  try {
    for (; chunk !== undefined; chunk = await next(input)) {
      fed += chunk.length;
      await write(frame, chunk);
      const beyond = fed - frame.bytesWritten;
      if (beyond > 0) return chunk.subarray(chunk.length - beyond);
    }
    frame.end();
    return new Uint8Array();
  } catch (error) {
    frame.destroy(error as Error);
    throw error;
  }
}

function write(frame: Decompressor, chunk: Uint8Array): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  frame.write(chunk, (error) => (error ? reject(error) : resolve()));
  return promise;
}

async function next(input: AsyncIterator<Uint8Array>): Promise<Uint8Array | undefined> {
  const result = await input.next();
  return result.done ? undefined : result.value;
}

async function readAtLeast(count: number, input: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size < count) {
    const chunk = await next(input);
    if (chunk === undefined) break;
    chunks.push(chunk);
    size += chunk.length;
  }
  return Buffer.concat(chunks);
}

import { createReadStream } from 'node:fs';

/**
 * The bytes of a file, which is opened when the first bytes are read: a stream that nobody reads
 * stays open, and its error would end the engine.
 */
export async function* fileContent(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path) as AsyncIterable<Uint8Array>;
}

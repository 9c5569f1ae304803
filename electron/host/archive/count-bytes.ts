import { Readable } from 'node:stream';

/** Passes a stream through and calls `count` with the size of each chunk. */
export function countedStream(source: Readable, count: (bytes: number) => void): Readable {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      count(chunk.length);
      yield chunk;
    }
  }
  return Readable.from(counted(), { objectMode: false });
}

/** Passes a stream through and counts its bytes. */
export function countBytes(source: Readable): { stream: Readable; bytes: () => number } {
  let bytes = 0;
  const stream = countedStream(source, (more) => {
    bytes += more;
  });
  return { stream, bytes: () => bytes };
}

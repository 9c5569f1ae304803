import { Readable } from 'node:stream';

/** The same stream; `count` is told of each piece's bytes as it comes. */
export function countedStream(source: Readable, count: (bytes: number) => void): Readable {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      count(chunk.length);
      yield chunk;
    }
  }
  return Readable.from(counted(), { objectMode: false });
}

/** The same stream, and how many bytes have come so far. */
export function countBytes(source: Readable): { stream: Readable; bytes: () => number } {
  let bytes = 0;
  const stream = countedStream(source, (more) => {
    bytes += more;
  });
  return { stream, bytes: () => bytes };
}

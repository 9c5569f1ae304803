import { Readable } from 'node:stream';

/** Returns the first `count` bytes of a stream (fewer if it is shorter), and the whole stream. */
export async function peekStream(
  source: Readable,
  count: number,
): Promise<{ start: Buffer; whole: Readable }> {
  const input = (source as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let length = 0;
  while (length < count) {
    const { done, value } = await input.next();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  async function* whole() {
    yield* first;
    yield* { [Symbol.asyncIterator]: () => input };
  }
  return { start: Buffer.concat(first), whole: Readable.from(whole(), { objectMode: false }) };
}

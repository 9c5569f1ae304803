/**
 * Returns the first bytes of a stream (fewer if the stream is shorter), and a stream that still has
 * them.
 */
export async function peek(
  source: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ start: Buffer; whole: AsyncIterable<Uint8Array> }> {
  const input = source[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  for (let size = 0; size < count; ) {
    const { done, value } = await input.next();
    if (done) break;
    chunks.push(value);
    size += value.length;
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
      yield* { [Symbol.asyncIterator]: () => input };
    } finally {
      await input.return?.();
    }
  }
  return { start: Buffer.concat(chunks), whole: whole() };
}

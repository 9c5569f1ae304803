export interface Peeked {
  /** The first bytes; fewer than asked for when there are no more. */
  readonly start: Buffer;
  /** All bytes, from the first. */
  readonly bytes: AsyncGenerator<Uint8Array>;
}

/** Looks at the first `count` bytes of a stream. The caller reads `bytes`, or returns it. */
export async function peek(source: AsyncIterable<Uint8Array>, count: number): Promise<Peeked> {
  const input = source[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < count) {
    const { done, value } = await input.next();
    if (done) break;
    first.push(value);
    length += value.length;
  }
  return { start: Buffer.concat(first).subarray(0, count), bytes: again(first, input) };
}

async function* again(
  first: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* first;
    for (;;) {
      const { done, value } = await rest.next();
      if (done) return;
      yield value;
    }
  } finally {
    await rest.return?.();
  }
}

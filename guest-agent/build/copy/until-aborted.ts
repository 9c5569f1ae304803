import { createReadStream } from 'node:fs';

/**
 * The same items, until the signal aborts. A stream with a signal of its own emits an error even
 * when nobody reads it yet, which would end the engine.
 */
export async function* untilAborted<T>(
  items: AsyncIterable<T> | Iterable<T>,
  signal: AbortSignal,
): AsyncGenerator<T> {
  signal.throwIfAborted();
  for await (const item of items) {
    signal.throwIfAborted();
    yield item;
  }
  signal.throwIfAborted();
}

/** The content of a file, until the signal aborts. */
export async function* readUntilAborted(
  path: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  yield* untilAborted<Uint8Array>(createReadStream(path), signal);
}

import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';

/**
 * Yields the result of `read` now, and after values of any stream if the result has changed. Values
 * during a read trigger one more read. Ends when `signal` aborts; fails when a stream fails.
 */
export async function* readOnAny<T>(
  streams: readonly ((signal: AbortSignal) => AsyncIterable<unknown>)[],
  read: () => Promise<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let changed = Promise.withResolvers<void>();
  const follow = async (open: (signal: AbortSignal) => AsyncIterable<unknown>) => {
    for await (const _ of open(either)) changed.resolve();
    // An ended stream has no more values.
    await new Promise(() => {});
  };
  const failed = Promise.race(streams.map(follow));
  awaitedElsewhere(failed);
  const aborted = new Promise<void>((resolve) => {
    either.addEventListener('abort', () => resolve(), { once: true });
  });
  let last: string | undefined;
  try {
    while (!either.aborted) {
      changed = Promise.withResolvers();
      const value = await read();
      const text = JSON.stringify(value);
      if (text !== last) yield value;
      last = text;
      await Promise.race([changed.promise, failed, aborted]);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop.abort();
  }
}

import { awaitedElsewhere } from '../../base/awaited-elsewhere.ts';

type Work<T> = (report: (event: T) => void, signal: AbortSignal) => Promise<void>;

/**
 * Yields what an operation reports, and fails if the operation fails. Stopping the iteration early
 * aborts the operation and waits for it.
 */
export async function* eventStream<T>(
  work: Work<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  for await (const events of eventBatches(work, signal)) yield* events;
}

/** Like `eventStream`, but yields all events since the last iteration as one batch. */
export async function* eventBatches<T>(
  work: Work<T>,
  signal: AbortSignal,
): AsyncGenerator<T[], void, undefined> {
  const stop = new AbortController();
  const events: T[] = [];
  let more = Promise.withResolvers<void>();
  let ended = false;
  const report = (event: T) => {
    events.push(event);
    more.resolve();
  };
  const working = work(report, AbortSignal.any([signal, stop.signal])).finally(() => {
    ended = true;
    more.resolve();
  });
  awaitedElsewhere(working);
  try {
    while (!ended || events.length > 0) {
      if (events.length > 0) yield events.splice(0);
      if (ended) continue;
      await more.promise;
      more = Promise.withResolvers();
      if (ended) more.resolve();
    }
    await working;
  } finally {
    stop.abort();
    await Promise.allSettled([working]);
  }
}

import { awaitedElsewhere } from '../../base/awaited-elsewhere.ts';

type Work<T> = (report: (event: T) => void, signal: AbortSignal) => Promise<void>;

/**
 * What a piece of work reports, as it comes, and then what it ends with: the iteration fails when
 * the work does. Ending the iteration early aborts the work and waits for it, so that nothing goes
 * on unseen.
 */
export async function* eventStream<T>(
  work: Work<T>,
  signal: AbortSignal,
): AsyncGenerator<T, void, undefined> {
  for await (const events of eventBatches(work, signal)) yield* events;
}

/** The same, with all that was reported since the last time at once. */
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

import type { Transfer } from '../../api/files.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';

/** The interval between progress reports, in milliseconds. */
const INTERVAL = 200;

/**
 * Does the work and yields the number of bytes counted so far, and a final count at the end. If the
 * caller stops the iteration early, `signal` aborts the work, and the iteration returns after the
 * work has stopped.
 */
export async function* transferring(
  gone: AbortSignal,
  work: (count: (bytes: number) => void, signal: AbortSignal) => Promise<void>,
  total?: number,
): AsyncGenerator<Transfer, void, undefined> {
  const stop = new AbortController();
  let bytes = 0;
  const progress = () => ({ bytes, ...(total === undefined ? {} : { total }) });
  const working = work(
    (more) => {
      bytes += more;
    },
    AbortSignal.any([gone, stop.signal]),
  );
  awaitedElsewhere(working);
  try {
    for (;;) {
      const tick = Promise.withResolvers<false>();
      const timer = setTimeout(() => tick.resolve(false), INTERVAL);
      const ended = await Promise.race([working.then(() => true), tick.promise]);
      clearTimeout(timer);
      yield progress();
      if (ended) return;
    }
  } finally {
    stop.abort();
    await Promise.allSettled([working]);
  }
}

import type { Transfer } from '../../api/files.ts';
import { awaitedElsewhere } from '../base/awaited-elsewhere.ts';

/** How often a transfer tells how far it is, in milliseconds. */
const INTERVAL = 200;

/**
 * Does the work and tells meanwhile how many bytes it has counted; at its end once more. When the
 * iteration ends early, the work is told by `signal`, and has ended when the iteration has.
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

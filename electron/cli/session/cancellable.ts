import { awaitedElsewhere } from '../../host/base/awaited-elsewhere.ts';
import { HostError } from '../../host/base/errors.ts';
import type { CliContext } from '../context.ts';
import { onInterruption } from './interruption.ts';

/**
 * Does work that may end at any point. Ctrl-C ends it at once, also in the middle of a step that
 * doesn't look at the signal. Rejects with HostError 'cancelled' then.
 */
export async function cancellable<T>(
  { signals }: Pick<CliContext, 'signals'>,
  work: (signal: AbortSignal) => Promise<T>,
  { hint }: { readonly hint?: string } = {},
): Promise<T> {
  const leaving = new AbortController();
  const interrupted = Promise.withResolvers<never>();
  awaitedElsewhere(interrupted.promise);
  const cancelled = new HostError('cancelled', 'cancelled', {
    ...(hint !== undefined && { hint }),
  });
  using _ = onInterruption(signals, () => {
    leaving.abort();
    interrupted.reject(cancelled);
  });
  const working = work(leaving.signal);
  awaitedElsewhere(working);
  return await Promise.race([working, interrupted.promise]);
}

import { setTimeout as sleep } from 'node:timers/promises';

/** For `.catch`: ignores errors after `signal` aborted; rethrows any other error. */
export const unlessAborted =
  (signal: AbortSignal) =>
  (error: unknown): undefined => {
    if (!signal.aborted) throw error;
  };

/** Waits. Resolves early when `signal` aborts, for loops that check the signal themselves. */
export async function pause(
  ms: number,
  signal: AbortSignal,
  { ref = true }: { readonly ref?: boolean } = {},
): Promise<void> {
  await sleep(ms, undefined, { signal, ref }).catch(unlessAborted(signal));
}

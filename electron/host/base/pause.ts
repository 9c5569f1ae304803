import { setTimeout as sleep } from 'node:timers/promises';

/** For `.catch`: what fails because `signal` aborted has simply ended; any other error is thrown on. */
export const unlessAborted =
  (signal: AbortSignal) =>
  (error: unknown): undefined => {
    if (!signal.aborted) throw error;
  };

/** Waits. Resolves at once when `signal` aborts, for loops that look at the signal themselves. */
export async function pause(
  ms: number,
  signal: AbortSignal,
  { ref = true }: { readonly ref?: boolean } = {},
): Promise<void> {
  await sleep(ms, undefined, { signal, ref }).catch(unlessAborted(signal));
}

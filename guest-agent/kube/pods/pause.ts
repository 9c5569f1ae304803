/** The longest timer that Node has. */
const LONGEST_MS = 2 ** 31 - 1;

/** Resolves after `milliseconds`. Rejects with the signal's reason if it aborts first. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.reject(signal.reason);
  const abort = () => {
    clearTimeout(timer);
    reject(signal.reason);
  };
  const timer = setTimeout(
    () => {
      signal.removeEventListener('abort', abort);
      resolve();
    },
    Math.min(Math.max(milliseconds, 0), LONGEST_MS),
  );
  signal.addEventListener('abort', abort, { once: true });
  return promise;
}

/** Waits for a promise, but no longer than until the signal aborts, whose reason it rejects with. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

/** In milliseconds. Node fires a longer timer immediately. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** True if the promise resolves before the timeout. Rejects if the promise rejects first. */
export async function settlesWithin(
  promise: Promise<unknown>,
  milliseconds: number,
): Promise<boolean> {
  const timer = Promise.withResolvers<false>();
  const timeout = setTimeout(() => timer.resolve(false), Math.min(milliseconds, LONGEST_TIMER));
  try {
    return await Promise.race([promise.then(() => true), timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}

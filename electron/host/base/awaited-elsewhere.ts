/**
 * For a promise that is awaited later or by somebody else: its rejection doesn't count as unhandled
 * until then.
 */
export function awaitedElsewhere(promise: Promise<unknown>): void {
  // Doesn't reject.
  void Promise.allSettled([promise]);
}

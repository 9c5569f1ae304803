/** Before a stream that broke is opened again, in milliseconds: twice as long after each failure. */
const FIRST_DELAY = 500;
const LONGEST_DELAY = 2_000;

/**
 * Follows a stream again and again until `signal` aborts, as the connection and the engine come and
 * go. What is wrong shows in the state of the machine or of the connection; the console has each kind
 * of failure once. `follow` calls `succeeded` when the stream has something to say.
 */
export async function keepFollowing(
  follow: (succeeded: () => void) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const told = new Set<string>();
  let delay = FIRST_DELAY;
  const succeeded = () => {
    told.clear();
    delay = FIRST_DELAY;
  };
  while (!signal.aborted) {
    try {
      await follow(succeeded);
    } catch (error) {
      const kind = String(error);
      if (!signal.aborted && !told.has(kind)) console.warn('A stream broke', error);
      told.add(kind);
    }
    const waiting = delay;
    delay = Math.min(delay * 2, LONGEST_DELAY);
    await new Promise((resolve) => setTimeout(resolve, waiting));
  }
}

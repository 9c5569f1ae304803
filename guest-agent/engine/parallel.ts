/**
 * Does the work for all items, `limit` at once. The first failure ends the others too, and is
 * thrown once they have cleaned up; so is the abortion of `signal`.
 */
export async function inParallel<Item>(
  limit: number,
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  const queue = items.values();
  const worker = async () => {
    for (const item of queue) {
      try {
        await work(item, both);
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }
  };
  await Promise.allSettled(Array.from({ length: limit }, worker));
  signal.throwIfAborted();
  failed.signal.throwIfAborted();
}

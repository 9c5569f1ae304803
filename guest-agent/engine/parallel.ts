/**
 * Does the work for all items, `limit` at the same time. The first failure, or the abort of
 * `signal`, ends all of them and is thrown once they have cleaned up.
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

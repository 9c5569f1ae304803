/**
 * Runs the work for each name after the work for its dependencies; independent names run in
 * parallel. After a failure, starts nothing new, waits for running work, and rejects with the first
 * failure. The dependencies must not have a cycle.
 */
export async function inOrder(
  names: Iterable<string>,
  dependencies: (name: string) => readonly string[],
  work: (name: string) => Promise<void>,
): Promise<void> {
  const all = new Set(names);
  const running = new Map<string, Promise<void>>();
  let failed = false;
  const run = (name: string): Promise<void> => {
    const known = running.get(name);
    if (known) return known;
    const waiting = dependencies(name).filter((other) => all.has(other) && other !== name);
    const promise = Promise.all(waiting.map(run)).then(async () => {
      if (failed) return;
      try {
        await work(name);
      } catch (error) {
        failed = true;
        throw error;
      }
    });
    running.set(name, promise);
    return promise;
  };
  const results = await Promise.allSettled([...all].map(run));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
}

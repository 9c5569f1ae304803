import { awaitedElsewhere } from '../errors.ts';

/** Runs tasks one after the other, in order of their calls. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(awaitedElsewhere);
    return turn;
  }

  /**
   * Resolves when the caller holds the lock, until it calls the returned function. Rejects if the
   * signal aborts while the caller waits.
   */
  async hold(signal?: AbortSignal): Promise<() => void> {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin, reject } = Promise.withResolvers<void>();
    // The task ends with `release` and can't fail.
    void this.run(() => {
      begin();
      return released;
    });
    const stop = () => reject(signal?.reason);
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop, { once: true });
    try {
      await begun;
      return release;
    } catch (error) {
      // The lock goes to the next caller when this caller's turn comes.
      release();
      throw error;
    } finally {
      signal?.removeEventListener('abort', stop);
    }
  }
}

/** A lock for each name, kept while it is in use. */
export class NamedLocks {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(name: string, task: () => Promise<T>): Promise<T> {
    const turn = (this.#last.get(name) ?? Promise.resolve()).then(task);
    const settled = turn.catch(awaitedElsewhere);
    this.#last.set(name, settled);
    try {
      return await turn;
    } finally {
      if (this.#last.get(name) === settled) this.#last.delete(name);
    }
  }
}

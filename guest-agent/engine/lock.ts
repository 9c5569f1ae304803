import { awaitedElsewhere } from '../errors.ts';

/** Runs tasks one after the other, in order of their calls. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(awaitedElsewhere);
    return turn;
  }

  /** Resolves when the caller holds the lock, until it calls the returned function. */
  async hold(): Promise<() => void> {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    // The task ends with `release` and can't fail.
    void this.run(() => {
      begin();
      return released;
    });
    await begun;
    return release;
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

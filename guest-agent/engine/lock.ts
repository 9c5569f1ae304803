import { awaitedElsewhere } from '../errors.ts';

/** Runs tasks one after the other, in the order in which they asked. */
export class Lock {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(awaitedElsewhere);
    return turn;
  }

  /** Resolves when it is our turn, which lasts until the returned function is called. */
  async hold(): Promise<() => void> {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    // It ends with `release`, and can't fail.
    void this.run(() => {
      begin();
      return released;
    });
    await begun;
    return release;
  }
}

/** A lock for each name, for as long as somebody wants it. */
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

/** Tells followers that something has changed. */
export class Changes {
  readonly #followers = new Set<() => void>();

  get hasFollowers(): boolean {
    return this.#followers.size > 0;
  }

  tell(): void {
    for (const wake of this.#followers) wake();
  }

  /** Yields the result of `read`, now and after each change, until `signal` aborts. */
  async *follow<T>(read: () => T, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
    let changed = Promise.withResolvers<void>();
    const wake = () => changed.resolve();
    this.#followers.add(wake);
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        changed = Promise.withResolvers();
        yield read();
        await changed.promise;
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#followers.delete(wake);
    }
  }
}

/** How much more a stream may send. Sending waits while there is none left. */
export class Credit {
  #left: number;
  #granted = Promise.withResolvers<void>();

  constructor(initial: number) {
    this.#left = initial;
  }

  grant(amount: number): void {
    this.#left += amount;
    this.#granted.resolve();
  }

  /** A last piece may overdraw, so that a piece larger than what is left does not wait for ever. */
  spend(amount: number): void {
    this.#left -= amount;
  }

  /** Resolves once there is some left; rejects when `signal` aborts. */
  async available(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      signal.throwIfAborted();
      while (this.#left <= 0) {
        this.#granted = Promise.withResolvers();
        await Promise.race([this.#granted.promise, aborted.promise]);
      }
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

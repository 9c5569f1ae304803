/** The number of bytes that a stream may still send. Senders wait while it is zero. */
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

  /**
   * The last chunk may overdraw the credit; otherwise a chunk larger than the limit would wait
   * forever.
   */
  spend(amount: number): void {
    this.#left -= amount;
  }

  /** Resolves when there is credit; rejects when `signal` aborts. */
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

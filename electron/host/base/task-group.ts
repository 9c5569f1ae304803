import { loggerOf } from './log.ts';

const log = loggerOf('tasks');

/**
 * Background tasks that belong together. The first failure aborts the others, and all failures
 * surface in one place, so that none becomes an unhandled rejection.
 */
export class TaskGroup {
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** Aborts when a task fails, when `end` is called, or when the caller's signal aborts. */
  readonly signal: AbortSignal;

  constructor(signal?: AbortSignal) {
    const ending = this.#ending.signal;
    this.signal = signal ? AbortSignal.any([signal, ending]) : ending;
  }

  /** Runs a task. Errors after the group was aborted are dropped, because the abort caused them. */
  run(task: (signal: AbortSignal) => Promise<void>): void {
    const running = (async () => task(this.signal))()
      .catch((error: unknown) => {
        if (this.signal.aborted) return log.debug('A task failed after its group had ended', error);
        this.#failure = { error };
        this.#ending.abort();
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /**
   * Resolves when every task has ended, including tasks added later. Rejects with the first
   * failure.
   */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure) throw this.#failure.error;
  }

  /** Asks all tasks to end. */
  end(): void {
    this.#ending.abort();
  }
}

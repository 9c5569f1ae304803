import { loggerOf } from './log.ts';

const log = loggerOf('tasks');

/**
 * Background tasks that belong together, and the one place where their failures surface. The first
 * failure aborts the others. Nothing that a task does can become an unhandled rejection.
 */
export class TaskGroup {
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** Aborts when a task has failed, when `end` is called, or with the signal of the caller. */
  readonly signal: AbortSignal;

  constructor(signal?: AbortSignal) {
    const ending = this.#ending.signal;
    this.signal = signal ? AbortSignal.any([signal, ending]) : ending;
  }

  /** Runs a task. What it throws after the group was aborted is a consequence, and is only logged. */
  run(task: (signal: AbortSignal) => Promise<void>): void {
    const running = (async () => task(this.signal))()
      .catch((error: unknown) => {
        if (this.signal.aborted) return log.debug('A task ends with its group', error);
        this.#failure = { error };
        this.#ending.abort();
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when every task has ended, later ones included. Rejects with the first failure. */
  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure) throw this.#failure.error;
  }

  /** Asks all tasks to end. */
  end(): void {
    this.#ending.abort();
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { logError } from './log.ts';

export interface RetryTimes {
  readonly firstMs: number;
  readonly longestMs: number;
}

const usualTimes: RetryTimes = { firstMs: 250, longestMs: 10_000 };

/**
 * For loops that go on whatever happens: waits longer after each failure, and logs each new one. The
 * same failure again and again is one line, until `succeeded` is called.
 */
export class Retries {
  readonly #what: string;
  readonly #times: RetryTimes;
  #delay: number;
  #last: string | undefined;

  /** `what` the loop does, as the log is to name it. */
  constructor(what: string, times: RetryTimes = usualTimes) {
    this.#what = what;
    this.#times = times;
    this.#delay = times.firstMs;
  }

  /** How long the next pause is. */
  get delayMs(): number {
    return this.#delay;
  }

  /** Logs the failure, and waits before the next attempt. Resolves at once when `signal` aborts. */
  async failed(error: unknown, signal: AbortSignal): Promise<void> {
    // What an aborted loop still throws is the consequence.
    if (signal.aborted) return;
    const text = String(error);
    if (text !== this.#last) logError(this.#what, error);
    this.#last = text;
    await this.pause(signal);
  }

  /** Waits before the next attempt after an end that is not a failure. */
  async pause(signal: AbortSignal): Promise<void> {
    await sleep(this.#delay, undefined, { signal }).catch(() => {}); // Aborted: the loop ends.
    this.#delay = Math.min(this.#delay * 2, this.#times.longestMs);
  }

  /** The next failure is news, and is followed by a short pause. */
  succeeded(): void {
    this.#delay = this.#times.firstMs;
    this.#last = undefined;
  }
}

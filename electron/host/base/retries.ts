import { setTimeout as sleep } from 'node:timers/promises';
import { logError } from './log.ts';

export interface RetryTimes {
  readonly firstMs: number;
  readonly longestMs: number;
}

const usualTimes: RetryTimes = { firstMs: 250, longestMs: 10_000 };

/**
 * For loops that never give up: waits longer after each failure, and logs each new failure. Repeats
 * of the same failure aren't logged until `succeeded` is called.
 */
export class Retries {
  readonly #what: string;
  readonly #times: RetryTimes;
  #delay: number;
  #last: string | undefined;

  /** `what` names the loop's work in the log. */
  constructor(what: string, times: RetryTimes = usualTimes) {
    this.#what = what;
    this.#times = times;
    this.#delay = times.firstMs;
  }

  /** The length of the next pause. */
  get delayMs(): number {
    return this.#delay;
  }

  /** Logs the failure, and waits before the next attempt. Resolves at once when `signal` aborts. */
  async failed(error: unknown, signal: AbortSignal): Promise<void> {
    // An aborted loop throws only because it was aborted.
    if (signal.aborted) return;
    const text = String(error);
    if (text !== this.#last) logError(this.#what, error);
    this.#last = text;
    await this.pause(signal);
  }

  /** Waits before the next attempt after an end that isn't a failure. */
  async pause(signal: AbortSignal): Promise<void> {
    await sleep(this.#delay, undefined, { signal }).catch(() => {}); // Aborted: the loop ends.
    this.#delay = Math.min(this.#delay * 2, this.#times.longestMs);
  }

  /** Resets: the next failure is logged and followed by a short pause. */
  succeeded(): void {
    this.#delay = this.#times.firstMs;
    this.#last = undefined;
  }
}

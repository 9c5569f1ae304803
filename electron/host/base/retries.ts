import type { Logger, LogLevel } from './log.ts';
import { pause } from './pause.ts';

export interface RetryTimes {
  readonly firstMs: number;
  readonly longestMs: number;
  /** The log level of failures; by default `warn`. */
  readonly level?: LogLevel;
}

const usualTimes: RetryTimes = { firstMs: 250, longestMs: 10_000 };

/**
 * For loops that never give up: waits longer after each failure, and logs each new failure. Repeats
 * of the same failure aren't logged until `succeeded` is called.
 */
export class Retries {
  readonly #log: Logger;
  readonly #what: string;
  readonly #times: RetryTimes;
  #delay: number;
  readonly #told = new Set<string>();

  /** `what` names the loop's work in the log. */
  constructor(log: Logger, what: string, times: RetryTimes = usualTimes) {
    this.#log = log;
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
    const kind = kindOf(error);
    if (!this.#told.has(kind)) this.#log[this.#times.level ?? 'warn'](this.#what, error);
    this.#told.add(kind);
    await this.pause(signal);
  }

  /** Waits before the next attempt after an end that isn't a failure. */
  async pause(signal: AbortSignal): Promise<void> {
    await pause(this.#delay, signal);
    this.#delay = Math.min(this.#delay * 2, this.#times.longestMs);
  }

  /** Resets: the next failure is logged and followed by a short pause. */
  succeeded(): void {
    this.#delay = this.#times.firstMs;
    this.#told.clear();
  }
}

/** Times, ports and process IDs don't make another failure; exit codes and HTTP statuses do. */
const kindOf = (error: unknown) => String(error).replace(/\d{4,}/g, '0');

import { type Usage, usageHistorySeconds } from '../../api/usage.ts';
import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { containerUsage } from '../engine/stats.ts';
import { type Sample, usageBetween } from './rates.ts';

const log = loggerOf('stats');

/** The recent usage of one container, updated until the container stops. */
export class Recording {
  readonly #points: Usage[] = [];
  readonly #stop = new AbortController();
  #changed = Promise.withResolvers<void>();
  #over = false;
  /** The number of dropped points, which is the index of the first kept point. */
  #dropped = 0;

  constructor(client: EngineClient, container: string) {
    void this.#record(client, container);
  }

  /** The engine's stream has ended: the container stopped, or the connection was lost. */
  get over(): boolean {
    return this.#over;
  }

  get latest(): Usage | undefined {
    return this.#over ? undefined : this.#points.at(-1);
  }

  get points(): readonly Usage[] {
    return this.#points;
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Yields the kept points, then new ones. Ends with the recording or when `signal` aborts. */
  async *follow(signal: AbortSignal): AsyncGenerator<Usage[], void, undefined> {
    const gone = new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    let next = this.#dropped;
    for (let first = true; !signal.aborted; first = false) {
      const changed = this.#changed.promise;
      const fresh = this.#points.slice(Math.max(0, next - this.#dropped));
      next = this.#dropped + this.#points.length;
      // The first value has no data yet.
      if (first || fresh.length > 0) yield fresh;
      if (this.#over) return;
      await Promise.race([changed, gone]);
    }
  }

  async #record(client: EngineClient, container: string): Promise<void> {
    const { signal } = this.#stop;
    let before: Sample | undefined;
    try {
      for await (const usage of containerUsage(client, container, { stream: true, signal })) {
        // All zero: the container isn't running.
        if (usage.memory === 0 && usage.processes === 0) break;
        const now = { at: Date.now(), usage };
        this.#add(usageBetween(before, now));
        before = now;
      }
    } catch (error) {
      // The list of containers reports a container's exit or a lost engine.
      log.debug(`Recording the usage of ${container}`, error);
    }
    this.#over = true;
    this.#changed.resolve();
  }

  #add(point: Usage): void {
    this.#points.push(point);
    if (this.#points.length > usageHistorySeconds) {
      this.#points.shift();
      this.#dropped += 1;
    }
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

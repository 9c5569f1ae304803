import { setTimeout as delay } from 'node:timers/promises';
import { type Usage, usageHistorySeconds } from '../../api/usage.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { Recording } from './recording.ts';

interface Entry {
  recording: Recording;
  lookers: number;
  timer: NodeJS.Timeout | undefined;
}

/** The update interval for lists of containers, in milliseconds. */
const PACE = 1000;

/**
 * Records containers' resource usage while somebody watches, and afterwards for the length of the
 * history, so that a user who returns in time sees no gap. All windows share one recording of a
 * container.
 */
export class UsageRecorder {
  readonly #client: EngineClient;
  readonly #entries = new Map<string, Entry>();

  constructor(client: EngineClient) {
    this.#client = client;
  }

  /** The recorded usage of a container, and each new value, until it stops. */
  async *history(container: string, signal: AbortSignal): AsyncGenerator<Usage[], void, undefined> {
    const entry = this.#look(container);
    try {
      yield* entry.recording.follow(signal);
    } finally {
      this.#lookAway(container, entry);
    }
  }

  /** The latest values of running containers, once a second. */
  async *latest(
    containers: readonly string[],
    signal: AbortSignal,
  ): AsyncGenerator<Record<string, Usage>, void, undefined> {
    const entries = containers.map((container) => [container, this.#look(container)] as const);
    try {
      while (!signal.aborted) {
        yield Object.fromEntries(
          entries.flatMap(
            ([
              container,
              {
                recording: { latest },
              },
            ]) => (latest ? [[container, latest]] : []),
          ),
        );
        await delay(PACE, undefined, { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      for (const [container, entry] of entries) this.#lookAway(container, entry);
    }
  }

  #look(container: string): Entry {
    const entry = this.#entries.get(container) ?? {
      recording: new Recording(this.#client, container),
      lookers: 0,
      timer: undefined,
    };
    // A restarted container gets a new recording.
    if (entry.recording.over) entry.recording = new Recording(this.#client, container);
    clearTimeout(entry.timer);
    entry.lookers += 1;
    this.#entries.set(container, entry);
    return entry;
  }

  #lookAway(container: string, entry: Entry): void {
    entry.lookers -= 1;
    if (entry.lookers > 0) return;
    entry.timer = setTimeout(() => {
      entry.recording.stop();
      this.#entries.delete(container);
    }, usageHistorySeconds * 1000).unref();
  }
}

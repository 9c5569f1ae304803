import type { MessageInitShape } from '@bufbuild/protobuf';
import type { BuildHistoryEventSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';

export type HistoryEvent = MessageInitShape<typeof BuildHistoryEventSchema>;

/** A client that follows the history, until disposed of. */
export interface Follower extends Disposable {
  events(signal: AbortSignal): AsyncGenerator<HistoryEvent>;
}

/** Tells clients that follow the history what happens to builds. */
export class HistoryEvents {
  readonly #followers = new Set<(event: HistoryEvent) => void>();

  publish(event: HistoryEvent): void {
    for (const tell of this.#followers) tell(event);
  }

  /** Misses no event from now on. */
  follow(): Follower {
    const waiting: HistoryEvent[] = [];
    let wake = () => {};
    const tell = (event: HistoryEvent) => {
      waiting.push(event);
      wake();
    };
    this.#followers.add(tell);
    return {
      async *events(signal) {
        signal.addEventListener('abort', () => wake(), { once: true });
        while (!signal.aborted) {
          const next = waiting.shift();
          if (next !== undefined) yield next;
          else {
            await new Promise<void>((resolve) => {
              wake = resolve;
              if (signal.aborted) resolve();
            });
          }
        }
      },
      [Symbol.dispose]: () => {
        this.#followers.delete(tell);
      },
    };
  }
}

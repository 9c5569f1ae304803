import type { MessageInitShape } from '@bufbuild/protobuf';
import type { StatusResponseSchema } from '../generated/github.com/moby/buildkit/api/services/control/control_pb.js';

export type StatusEvent = MessageInitShape<typeof StatusResponseSchema>;

/** How many events one message to a client holds, when many wait. */
const EVENTS_AT_ONCE = 100;

/** What a build tells its clients. A client that comes late reads all of it. */
export class StatusLog {
  readonly #events: StatusEvent[] = [];
  readonly #waiting = new Set<() => void>();
  #ended = false;

  /** What clients have received so far. */
  get events(): readonly StatusEvent[] {
    return this.#events;
  }

  /** How many warnings clients have received. */
  get warnings(): number {
    return this.#events.reduce((sum, { warnings = [] }) => sum + warnings.length, 0);
  }

  append(event: StatusEvent): void {
    this.#events.push(event);
    this.#wake();
  }

  /** Nothing follows: readers end. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** All events from the first one, until the end of the log or until the signal aborts. */
  async *follow(signal: AbortSignal): AsyncGenerator<StatusEvent> {
    let next = 0;
    while (!signal.aborted) {
      const events = this.#events.slice(next, next + EVENTS_AT_ONCE);
      next += events.length;
      if (events.length > 0) yield joined(events);
      else if (this.#ended) return;
      else await this.#more(signal);
    }
  }

  async #more(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    const stop = () => resolve();
    signal.addEventListener('abort', stop, { once: true });
    await promise;
    signal.removeEventListener('abort', stop);
    this.#waiting.delete(resolve);
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
  }
}

function joined(events: readonly StatusEvent[]): StatusEvent {
  return {
    vertexes: events.flatMap(({ vertexes = [] }) => vertexes),
    statuses: events.flatMap(({ statuses = [] }) => statuses),
    logs: events.flatMap(({ logs = [] }) => logs),
    warnings: events.flatMap(({ warnings = [] }) => warnings),
  };
}

import { EventEmitter, on } from 'node:events';

/** An event in the Engine API's words (`/events`). */
export interface EngineEvent {
  readonly type: 'container' | 'image' | 'network' | 'volume' | 'daemon';
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** In nanoseconds since the epoch. */
  readonly timeNano: bigint;
}

/** How many past events `/events?since=` can replay. Docker keeps 256. */
const REMEMBERED = 256;

/** The engine's event bus. Every change publishes an event here. */
export class EventBus {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #past: EngineEvent[] = [];

  publish(event: Omit<EngineEvent, 'timeNano'>): void {
    const stamped = { ...event, timeNano: BigInt(Date.now()) * 1_000_000n };
    this.#past.push(stamped);
    if (this.#past.length > REMEMBERED) this.#past.shift();
    this.#emitter.emit('event', stamped);
  }

  /** Past events that are still in memory, oldest first. */
  past(): readonly EngineEvent[] {
    return this.#past;
  }

  /** Events from now on. Throws AbortError when the signal aborts. */
  async *subscribe(signal: AbortSignal): AsyncGenerator<EngineEvent> {
    for await (const [event] of on(this.#emitter, 'event', { signal })) yield event;
  }

  /** Calls back for each event until the returned function is called. */
  listen(listener: (event: EngineEvent) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }
}

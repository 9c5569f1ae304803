import { EventEmitter } from 'node:events';

/** An event in the Engine API's words (`/events`). */
export interface EngineEvent {
  readonly type: 'container' | 'image' | 'network' | 'volume' | 'daemon';
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** In nanoseconds since the epoch. */
  readonly timeNano: bigint;
}

/** How many past events `/events?since=` can replay, and their size. Docker keeps 256. */
const REMEMBERED = 256;
const REMEMBERED_CHARACTERS = 4 << 20;
/** The characters of the events that wait for one subscriber. */
const MAX_WAITING = 1 << 20;

/** The engine's event bus. Every change publishes an event here. */
export class EventBus {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #past: EngineEvent[] = [];
  #pastCharacters = 0;
  #subscribers = 0;

  publish(event: Omit<EngineEvent, 'timeNano'>): void {
    const stamped = { ...event, timeNano: BigInt(Date.now()) * 1_000_000n };
    this.#past.push(stamped);
    this.#pastCharacters += charactersOf(stamped);
    while (this.#past.length > REMEMBERED || this.#pastCharacters > REMEMBERED_CHARACTERS) {
      const oldest = this.#past.shift();
      if (oldest === undefined) break;
      this.#pastCharacters -= charactersOf(oldest);
    }
    this.#emitter.emit('event', stamped);
  }

  /** Past events that are still in memory, oldest first. */
  past(): readonly EngineEvent[] {
    return this.#past;
  }

  /** How many subscriptions there are. */
  get subscribers(): number {
    return this.#subscribers;
  }

  /**
   * Events from now on, until the signal aborts. Calls `cutOff` for a subscriber that takes events too
   * slowly, which then gets no more.
   */
  subscribe(signal: AbortSignal, cutOff: () => void): AsyncGenerator<EngineEvent> {
    const waiting: EngineEvent[] = [];
    let characters = 0;
    let wake = () => {};
    const ended = new AbortController();
    const stop = this.listen((event) => {
      waiting.push(event);
      characters += charactersOf(event);
      if (characters > MAX_WAITING) {
        end();
        cutOff();
      }
      wake();
    });
    const end = () => {
      if (ended.signal.aborted) return;
      ended.abort();
      stop();
      this.#subscribers -= 1;
      waiting.length = 0;
      wake();
    };
    this.#subscribers += 1;
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
    return (async function* () {
      try {
        while (!ended.signal.aborted) {
          const event = waiting.shift();
          if (event === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
            continue;
          }
          characters -= charactersOf(event);
          yield event;
        }
      } finally {
        signal.removeEventListener('abort', end);
        end();
      }
    })();
  }

  /** Calls back for each event until the returned function is called. */
  listen(listener: (event: EngineEvent) => void): () => void {
    this.#emitter.on('event', listener);
    return () => this.#emitter.off('event', listener);
  }
}

/** About the size of an event. Labels can be long. */
function charactersOf({ id, action, attributes }: EngineEvent): number {
  let characters = id.length + action.length;
  for (const [name, value] of Object.entries(attributes)) characters += name.length + value.length;
  return characters;
}

import { awaitedElsewhere } from '../../errors.ts';
import type { BuildEvent, Progress } from '../build-event.ts';

/** How much output a step keeps for builds that join later. Clients show no more of a step. */
const KEPT_OUTPUT_BYTES = 2 << 20;

/** A build's view of a step: the events that the build hasn't seen. */
interface Follower {
  readonly events: BuildEvent[];
  wake: () => void;
}

/**
 * A step that several builds want. It runs once. Each build sees all of its events, and the step
 * stops when no build wants it any more.
 */
export class SharedStep<T> {
  readonly #stop = new AbortController();
  readonly #followers = new Set<Follower>();
  readonly #past: BuildEvent[] = [];
  #outputBytes = 0;
  #isOver = false;
  /** Whether the build that began the step has stopped, and the step continues for another build. */
  isHandedOver = false;
  readonly #result: Promise<T>;

  /** `run` gets the signal that ends the step. */
  constructor(run: (signal: AbortSignal) => Progress<T>) {
    this.#result = this.#drive(run(this.#stop.signal));
    this.#result.catch(awaitedElsewhere);
  }

  /** Whether another build can join. */
  get isOpen(): boolean {
    return !this.#isOver && !this.#stop.signal.aborted;
  }

  /** Whether the step hasn't ended and a build wants it. */
  get isWanted(): boolean {
    return !this.#isOver && this.#followers.size > 0;
  }

  /** Resolves when the step has ended in any way. */
  async ended(): Promise<void> {
    await Promise.allSettled([this.#result]);
  }

  /** The step's events from the beginning, and then its result, unless the signal aborts. */
  async *follow(signal: AbortSignal): Progress<T> {
    const follower: Follower = { events: [...this.#past], wake: () => {} };
    this.#followers.add(follower);
    const wake = () => follower.wake();
    signal.addEventListener('abort', wake);
    try {
      for (;;) {
        signal.throwIfAborted();
        const event = follower.events.shift();
        if (event !== undefined) yield event;
        else if (this.#isOver) return await this.#result;
        else {
          await new Promise<void>((resolve) => {
            follower.wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
      this.#followers.delete(follower);
      if (this.#followers.size === 0 && !this.#isOver) this.#stop.abort(signal.reason);
    }
  }

  async #drive(events: Progress<T>): Promise<T> {
    try {
      for (;;) {
        const { done, value } = await events.next();
        if (done) return value;
        this.#tell(value);
      }
    } finally {
      this.#isOver = true;
      for (const { wake } of this.#followers) wake();
    }
  }

  #tell(event: BuildEvent): void {
    if (event.kind === 'output') this.#outputBytes += event.data.length;
    if (event.kind !== 'output' || this.#outputBytes <= KEPT_OUTPUT_BYTES) this.#past.push(event);
    for (const follower of this.#followers) {
      follower.events.push(event);
      follower.wake();
    }
  }
}

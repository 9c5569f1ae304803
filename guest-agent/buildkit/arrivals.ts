import { setTimeout as delay } from 'node:timers/promises';

/** Values by ID, where a client may ask for a value shortly before it arrives. */
export class Arrivals<T> {
  readonly #values = new Map<string, T>();
  readonly #waiting = new Map<string, Set<() => void>>();

  get(id: string): T | undefined {
    return this.#values.get(id);
  }

  values(): Iterable<T> {
    return this.#values.values();
  }

  set(id: string, value: T): void {
    this.#values.set(id, value);
    for (const wake of this.#waiting.get(id) ?? []) wake();
  }

  delete(id: string): void {
    this.#values.delete(id);
  }

  /** The value with this ID, for which this waits up to `patience` milliseconds. */
  async find(id: string, patience: number, signal: AbortSignal): Promise<T | undefined> {
    const present = this.#values.get(id);
    if (present !== undefined) return present;
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiting = this.#waiting.get(id) ?? new Set();
    this.#waiting.set(id, waiting.add(resolve));
    const over = new AbortController();
    const limit = AbortSignal.any([signal, over.signal]);
    try {
      await Promise.race([promise, delay(patience, undefined, { signal: limit, ref: false })]);
    } finally {
      over.abort();
      waiting.delete(resolve);
      if (waiting.size === 0) this.#waiting.delete(id);
    }
    return this.#values.get(id);
  }
}

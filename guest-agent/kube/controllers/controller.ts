import { keyText, type ObjectKey } from '../objects/kube-object.ts';

/** How long a failed reconciliation waits, doubled with each failure in a row. */
const FIRST_RETRY_MS = 200;
const LAST_RETRY_MS = 30_000;
/** Timers can't wait longer. Who waits longer only reconciles once more. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

interface Entry {
  readonly key: ObjectKey;
  failures: number;
  timer: NodeJS.Timeout | undefined;
  /** When the timer fires, on a clock that nobody corrects. */
  due: number;
  isRunning: boolean;
  isDirty: boolean;
}

/**
 * Brings objects to their desired state. `reconcile` compares the two and does the next step; it
 * runs for one object at a time, again after each `enqueue` during a run, and again after a failure.
 */
export class Controller implements Disposable {
  readonly #entries = new Map<string, Entry>();
  readonly #name: string;
  readonly #reconcile: (key: ObjectKey) => Promise<void>;
  readonly #log: (message: string, cause?: unknown) => void;
  #isClosed = false;

  constructor(
    name: string,
    reconcile: (key: ObjectKey) => Promise<void>,
    log: (message: string, cause?: unknown) => void,
  ) {
    this.#name = name;
    this.#reconcile = reconcile;
    this.#log = log;
  }

  /** Reconciles an object, now or after a delay. The earliest of several requests counts. */
  enqueue(key: ObjectKey, delayMs = 0): void {
    if (this.#isClosed) return;
    const entry = this.#entry(key);
    if (entry.isRunning && delayMs === 0) entry.isDirty = true;
    else this.#schedule(entry, delayMs);
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    this.#entries.clear();
  }

  #entry(key: ObjectKey): Entry {
    const text = keyText(key);
    const found = this.#entries.get(text);
    if (found) return found;
    const entry: Entry = {
      ...{ key, failures: 0, timer: undefined, due: 0, isRunning: false, isDirty: false },
    };
    this.#entries.set(text, entry);
    return entry;
  }

  #schedule(entry: Entry, wantedMs: number): void {
    const delayMs = Math.min(wantedMs, LONGEST_DELAY_MS);
    const due = performance.now() + delayMs;
    if (entry.timer !== undefined && entry.due <= due) return;
    clearTimeout(entry.timer);
    entry.due = due;
    entry.timer = setTimeout(() => {
      entry.timer = undefined;
      if (entry.isRunning) entry.isDirty = true;
      else this.#run(entry);
    }, delayMs);
  }

  #run(entry: Entry): void {
    entry.isRunning = true;
    entry.isDirty = false;
    this.#reconcile(entry.key)
      .then(() => {
        entry.failures = 0;
      })
      .catch((error) => {
        this.#log(`${this.#name} ${keyText(entry.key)}`, error);
        const delay = Math.min(FIRST_RETRY_MS * 2 ** entry.failures, LAST_RETRY_MS);
        entry.failures += 1;
        if (!this.#isClosed) this.#schedule(entry, delay);
      })
      .finally(() => {
        entry.isRunning = false;
        if (this.#isClosed) return;
        if (entry.isDirty) this.#schedule(entry, 0);
        else if (entry.timer === undefined) this.#entries.delete(keyText(entry.key));
      });
  }
}

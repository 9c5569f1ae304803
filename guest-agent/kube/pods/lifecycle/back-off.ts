/** In milliseconds, as in the kubelet. */
const FIRST_MS = 10_000;
const LAST_MS = 300_000;

/**
 * The waits between restarts of a container, or between pulls of an image. The first try after a
 * failure comes at once or after 10 s; then the wait doubles up to 5 min. A container that has run
 * for 10 min begins again.
 */
export class BackOff {
  #next: number;
  #current = 0;
  readonly #first: number;

  /** `first` is the wait after the first failure. */
  constructor(first: number = FIRST_MS) {
    this.#first = first;
    this.#next = first;
  }

  /** The wait in milliseconds after one more failure. */
  failed(): number {
    this.#current = this.#next;
    this.#next = this.#next === 0 ? FIRST_MS : Math.min(this.#next * 2, LAST_MS);
    return this.#current;
  }

  /** The last wait. */
  get current(): number {
    return this.#current;
  }

  /** A run has ended that took this long. */
  ran(milliseconds: number): void {
    if (milliseconds >= 2 * LAST_MS) this.reset();
  }

  reset(): void {
    this.#next = this.#first;
    this.#current = 0;
  }
}

/** `512ms`, `10s`, `2m40s`, as Go prints durations. Longer than a second, in whole seconds. */
export function goDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)}ms`;
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}

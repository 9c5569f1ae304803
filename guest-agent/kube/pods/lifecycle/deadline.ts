const SECOND = 1000;
/** The longest timer that Node has. */
const LONGEST_MS = 2 ** 31 - 1;

/** The timer of `activeDeadlineSeconds`, which counts from the start of the pod. */
export class Deadline implements Disposable {
  readonly #startTime: number;
  readonly #exceeded: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(startTime: string, exceeded: () => void) {
    this.#startTime = Date.parse(startTime);
    this.#exceeded = exceeded;
  }

  /** Replaces the deadline. Without `seconds`, there is none. */
  set(seconds: number | undefined): void {
    clearTimeout(this.#timer);
    if (seconds === undefined) return;
    const left = this.#startTime + seconds * SECOND - Date.now();
    this.#timer = setTimeout(this.#exceeded, Math.min(Math.max(left, 0), LONGEST_MS));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}

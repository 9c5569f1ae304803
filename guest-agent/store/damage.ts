/**
 * Damage on the data disk, described for the user: in the agent's log, and in the warnings of `GET
 * /info`, which `berth doctor` and the app show.
 */
export class Damage {
  readonly #log: (message: string, cause?: unknown) => void;
  readonly #found = new Map<string, string>();

  constructor(log: (message: string, cause?: unknown) => void) {
    this.#log = log;
  }

  /** `about` names the damaged object. Only the latest message for each is kept. */
  tell(about: string, message: string, cause?: unknown): void {
    this.#found.set(about, message);
    this.#log(message, cause);
  }

  /** The object is repaired, or the user removed it. */
  settle(about: string): void {
    this.#found.delete(about);
  }

  /** In order of discovery. */
  messages(): string[] {
    return [...this.#found.values()];
  }
}

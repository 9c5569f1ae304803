/**
 * What is damaged on the data disk, in words for the user: in the agent's log, and in the warnings
 * of `GET /info`, where `berth doctor` and the app read them.
 */
export class Damage {
  readonly #log: (message: string, cause?: unknown) => void;
  readonly #found = new Map<string, string>();

  constructor(log: (message: string, cause?: unknown) => void) {
    this.#log = log;
  }

  /** `about` names what is damaged, so that each has one message: the latest. */
  tell(about: string, message: string, cause?: unknown): void {
    this.#found.set(about, message);
    this.#log(message, cause);
  }

  /** It is mended, or the user removed it. */
  settle(about: string): void {
    this.#found.delete(about);
  }

  /** In the order in which they were found. */
  messages(): string[] {
    return [...this.#found.values()];
  }
}

/**
 * Steps to undo, last first, if a later step fails. Call `add` after each step, `rollback` on
 * failure, and nothing on success.
 */
export class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Undoes every step, even if one of them fails. Errors go to `onError`. */
  async rollback(onError: (error: unknown) => void): Promise<void> {
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        onError(error);
      }
    }
    this.#steps.length = 0;
  }
}

/**
 * Steps that must be taken back, last first, when a later step fails: `add` after each step,
 * `rollback` on failure, nothing on success.
 */
export class Undo {
  readonly #steps: (() => Promise<void>)[] = [];

  add(step: () => Promise<void>): void {
    this.#steps.push(step);
  }

  /** Takes every step back even when one of them fails; their errors go to `onError`. */
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

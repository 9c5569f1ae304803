/** Maximum characters that are sent at once: a pasted text goes in pieces. */
export const LARGEST_WRITE = 64 * 1024;

/**
 * Sends typed text in order, one write at a time. Text typed meanwhile goes with the next write.
 */
export class KeyQueue {
  readonly #send: (text: string) => Promise<void>;
  readonly #failed: (error: unknown) => void;
  #waiting = '';
  #sending = false;

  constructor(send: (text: string) => Promise<void>, failed: (error: unknown) => void) {
    this.#send = send;
    this.#failed = failed;
  }

  type(text: string): void {
    this.#waiting += text;
    if (!this.#sending) void this.#drain();
  }

  async #drain(): Promise<void> {
    this.#sending = true;
    try {
      while (this.#waiting !== '') {
        const text = this.#waiting.slice(0, LARGEST_WRITE);
        this.#waiting = this.#waiting.slice(text.length);
        await this.#send(text);
      }
    } catch (error) {
      this.#waiting = '';
      this.#failed(error);
    } finally {
      this.#sending = false;
    }
  }
}

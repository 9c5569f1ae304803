/** More than the guest can have waiting. */
const MOST = 4096;

/**
 * The last answers to requests that changed something. If a connection breaks, the guest sends the requests
 * again that it has no answer to, and must get the answers of the first time.
 */
export class GivenAnswers {
  #session: string | undefined;
  readonly #answers = new Map<bigint, Buffer>();

  /** The guest says which session it is, with each connection. */
  begin(session: string): void {
    if (session !== this.#session) this.#answers.clear();
    this.#session = session;
  }

  note(unique: bigint, answer: Buffer): void {
    this.#answers.set(unique, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > MOST && oldest !== undefined) this.#answers.delete(oldest);
  }

  find(unique: bigint): Buffer | undefined {
    return this.#answers.get(unique);
  }
}

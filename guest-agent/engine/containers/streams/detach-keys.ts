import { EngineError } from '../../../errors.ts';

const DEFAULT_KEYS = 'ctrl-p,ctrl-q';

/** Parses "ctrl-p,ctrl-q" into bytes. Throws EngineError 'invalid'. */
export function parseDetachKeys(keys: string | undefined): number[] {
  return (keys || DEFAULT_KEYS).split(',').map((key) => {
    if (key.length === 1) return key.charCodeAt(0);
    const letter = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
    if (letter === undefined) {
      throw new EngineError('invalid', `Invalid detach keys (${keys}) provided`);
    }
    // A terminal sends Ctrl and a letter as the letter's position in the alphabet.
    return letter.toUpperCase().charCodeAt(0) & 0x1f;
  });
}

/** Finds the detach keys in a terminal's input, wherever the packets are cut. */
export class DetachKeys {
  readonly #keys: readonly number[];
  /** How many of the keys have arrived. They are kept back until their meaning is clear. */
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /**
   * The input to pass through, and whether the detach keys were typed. Then later input is dropped.
   */
  feed(data: Buffer): { pass: Buffer; detached: boolean } {
    const pass: number[] = [];
    for (const byte of data) {
      if (byte === this.#keys[this.#matched]) {
        this.#matched += 1;
        if (this.#matched === this.#keys.length) return { pass: Buffer.from(pass), detached: true };
        continue;
      }
      pass.push(...this.#keys.slice(0, this.#matched));
      this.#matched = byte === this.#keys[0] ? 1 : 0;
      if (this.#matched === 0) pass.push(byte);
    }
    return { pass: Buffer.from(pass), detached: false };
  }
}

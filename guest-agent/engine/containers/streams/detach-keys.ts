import { EngineError } from '../../../errors.ts';

const DEFAULT_KEYS = 'ctrl-p,ctrl-q';

/** "ctrl-p,ctrl-q" → bytes. Throws EngineError 'invalid'. */
export function parseDetachKeys(keys: string | undefined): number[] {
  return (keys || DEFAULT_KEYS).split(',').map((key) => {
    if (key.length === 1) return key.charCodeAt(0);
    const letter = /^ctrl-([a-z@[\\\]^_])$/.exec(key)?.[1];
    if (letter === undefined) {
      throw new EngineError('invalid', `Invalid detach keys (${keys}) provided`);
    }
    // A terminal sends Ctrl and a letter as the letter's place in the alphabet.
    return letter.toUpperCase().charCodeAt(0) & 0x1f;
  });
}

/** Finds the keys that detach a terminal in what is typed, wherever the packets are cut. */
export class DetachKeys {
  readonly #keys: readonly number[];
  /** How many of the keys have come; they are held back until it's clear what they mean. */
  #matched = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** What to pass on, and whether the keys were typed (then nothing after them counts). */
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

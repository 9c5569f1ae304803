import { initialCredit } from '../../electron/api/terminal.ts';

/** Granted in pieces, so that drawing a flood costs few messages. */
const STEP = initialCredit / 4;

/** Gives back credit for drawn text. */
export class DrawnCredit {
  readonly #grant: (characters: number) => void;
  #drawn = 0;

  constructor(grant: (characters: number) => void) {
    this.#grant = grant;
  }

  drawn(characters: number): void {
    this.#drawn += characters;
    if (this.#drawn < STEP) return;
    this.#grant(this.#drawn);
    this.#drawn = 0;
  }
}

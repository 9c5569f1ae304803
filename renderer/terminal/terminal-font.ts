/** The font of terminals. */
export interface TerminalFont {
  /** As CSS has it; undefined: the app's own. */
  readonly family: string | undefined;
  /** Pixels. */
  readonly size: number;
}

const DEFAULT: TerminalFont = { family: undefined, size: 13 };

/** What the person wants terminals to be written in. */
export const useTerminalFont = (): TerminalFont => DEFAULT;

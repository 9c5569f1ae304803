import { useSettings } from '../connection/screen.ts';

/** The font of terminals. */
export interface TerminalFont {
  /** As CSS has it; undefined: the app's own. */
  readonly family: string | undefined;
  /** Pixels. */
  readonly size: number;
}

const USUAL_SIZE = 13;

/** What the person wants terminals to be written in. */
export function useTerminalFont(): TerminalFont {
  const { terminalFont, terminalFontSize } = useSettings()?.app ?? {};
  return { family: terminalFont || undefined, size: terminalFontSize ?? USUAL_SIZE };
}

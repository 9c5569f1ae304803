import { useSettings } from '../connection/screen.ts';

/** The font of terminals. */
export interface TerminalFont {
  /** A CSS font family; undefined for the app's own font. */
  readonly family: string | undefined;
  /** Pixels. */
  readonly size: number;
}

const USUAL_SIZE = 13;

/** The terminal font that the person chose. */
export function useTerminalFont(): TerminalFont {
  const { terminalFont, terminalFontSize } = useSettings()?.app ?? {};
  return { family: terminalFont || undefined, size: terminalFontSize ?? USUAL_SIZE };
}

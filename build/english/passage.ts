/** A stretch of English in a file. */
export interface Passage {
  readonly kind: 'prose' | 'heading' | 'cell' | 'comment' | 'string';
  /** As in the file, with code and punctuation of the format blanked out: offsets stay the same. */
  readonly text: string;
  /** Line of the first character, from 1. */
  readonly line: number;
}

/** The same number of characters, line breaks kept, without words. */
export function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** The same number of characters, line breaks kept, read as one word. */
export function oneWord(text: string): string {
  return text.replace(/[^\n]/g, '_');
}

/** The number of the line, from 1, that an offset is in. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line++;
  }
  return line;
}

import { wordList } from '../dockerfile/arguments.ts';
import type { Instruction } from '../dockerfile/parse.ts';

/** The sources of `COPY` or `ADD` and, at the end, the target. */
export function copyWords({ text, heredocs }: Pick<Instruction, 'text' | 'heredocs'>): string[] {
  // The blanks between `<<` and its name don't divide words.
  return wordList(heredocs.length > 0 ? text.replaceAll(/(<<-?)[\t ]+/g, '$1') : text);
}

/** What a backslash takes the meaning from within double quotes; before all else it is itself. */
const ESCAPED = new Set(['$', '`', '"', '\\']);

/**
 * The words of a command line, as a POSIX shell splits them when it expands nothing. Undefined for
 * an unfinished line: a quote that isn't closed, or a backslash at the end.
 */
export function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const letter = line.charAt(index);
    const next = line.charAt(index + 1);
    if (letter === '\\' && quote !== "'") {
      if (next === '') return undefined;
      const escapes = quote === '' || ESCAPED.has(next) || next === '\n';
      index += escapes ? 1 : 0;
      // An escaped end of line joins two lines.
      if (next !== '\n') word = (word ?? '') + (escapes ? next : letter);
    } else if (quote !== '') {
      if (letter === quote) quote = '';
      else word = (word ?? '') + letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      word ??= '';
    } else if (/[ \t\n\r]/.test(letter)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + letter;
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}

/** PowerShell has a meaning for more letters than a POSIX shell: `@`, `,` and `%` among them. */
const PLAIN = { posix: /^[\w@%+=:,./-]+$/, powershell: /^[\w+=:./-]+$/ } as const;
export type Shell = keyof typeof PLAIN;

const QUOTED: Readonly<Record<Shell, (text: string) => string>> = {
  posix: (text) => `'${text.replaceAll("'", () => `'\\''`)}'`,
  // Typographic quotes are quotes to it.
  powershell: (text) => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`,
};

/** A text in quotes, within which nothing has a meaning but the quote itself. */
export const quoted = (text: string, shell: Shell = 'posix'): string => QUOTED[shell](text);

/** A word as it has to be typed into a shell. */
export const quoteWord = (word: string, shell: Shell = 'posix'): string =>
  PLAIN[shell].test(word) ? word : quoted(word, shell);

/** A command line of these words; a POSIX shell and `splitWords` make the same words of it again. */
export function quoteWords(words: readonly string[], shell: Shell = 'posix'): string {
  return words.map((word) => quoteWord(word, shell)).join(' ');
}

/** The shell that people have on a system. */
export const shellOf = (platform: string): Shell => (platform === 'win32' ? 'powershell' : 'posix');

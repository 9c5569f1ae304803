/**
 * The characters that a backslash escapes in double quotes. Before others, a backslash is literal.
 */
const ESCAPED = new Set(['$', '`', '"', '\\']);

/**
 * Splits a command line like a POSIX shell, but without expansions. Undefined for an unfinished
 * line: an open quote, or a backslash at the end.
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
      // An escaped line break joins two lines.
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

/** PowerShell has more special characters than a POSIX shell, such as `@`, `,` and `%`. */
const PLAIN = { posix: /^[\w@%+=:,./-]+$/, powershell: /^[\w+=:./-]+$/ } as const;
export type Shell = keyof typeof PLAIN;

const QUOTED: Readonly<Record<Shell, (text: string) => string>> = {
  posix: (text) => `'${text.replaceAll("'", () => `'\\''`)}'`,
  // For PowerShell, typographic quotes are quotes too.
  powershell: (text) => `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`,
};

/** A text in quotes in which only the quote itself is special. */
export const quoted = (text: string, shell: Shell = 'posix'): string => QUOTED[shell](text);

/** A word as a user types it in a shell, with quotes if necessary. */
export const quoteWord = (word: string, shell: Shell = 'posix'): string =>
  PLAIN[shell].test(word) ? word : quoted(word, shell);

/** A command line of these words. A POSIX shell and `splitWords` split it into the same words. */
export function quoteWords(words: readonly string[], shell: Shell = 'posix'): string {
  return words.map((word) => quoteWord(word, shell)).join(' ');
}

/** The usual shell of a system. */
export const shellOf = (platform: string): Shell => (platform === 'win32' ? 'powershell' : 'posix');

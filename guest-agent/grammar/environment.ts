import { GrammarError } from './grammar-error.ts';
import { splitEntry } from './key-values.ts';

/**
 * The container's variables for `--env` entries. A name without a value takes its value from `own`,
 * and is omitted if it isn't set there.
 */
export function resolveEnvironment(
  entries: readonly string[],
  own: Readonly<Record<string, string | undefined>>,
): string[] {
  return entries.flatMap((entry) => {
    const [name, given] = splitEntry(entry);
    if (name === '') throw new GrammarError(`invalid environment variable: ${entry}`);
    const value = given ?? own[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
}

/**
 * Entries of an `--env-file` or a `--label-file`, one per line, without empty lines and comments.
 */
export function parseEntryFile(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) {
    if (/\s/.test(splitEntry(line)[0])) {
      throw new GrammarError(`the name of "${line}" must not contain white space`);
    }
  }
  return lines;
}

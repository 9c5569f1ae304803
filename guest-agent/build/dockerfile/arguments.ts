import { EngineError } from '../../errors.ts';
import { splitEntry } from '../../grammar/key-values.ts';

/** A command: a list that runs unchanged, or a line for the shell. */
export type CommandLine =
  | { readonly form: 'exec'; readonly words: readonly string[] }
  | { readonly form: 'shell'; readonly line: string };

/** A JSON list of strings is a list. Anything else, including malformed JSON, is a line. */
export function commandLine(text: string): CommandLine {
  const words = jsonList(text);
  return words === undefined ? { form: 'shell', line: text } : { form: 'exec', words };
}

/** A JSON list of strings, or words separated by blanks. */
export function wordList(text: string): string[] {
  return jsonList(text) ?? text.split(/\s+/).filter(Boolean);
}

/** The words of a JSON list of strings. Undefined for any other text. */
export function jsonList(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    const isList = Array.isArray(value) && value.every((item) => typeof item === 'string');
    return isList ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * Parses `a=b "c d"='e f'` into pairs, with quotes and variables still in them. The older form
 * `NAME the rest` is one pair. Throws EngineError 'invalid' in Docker's words.
 */
export function nameValues(keyword: string, text: string, escapeChar: string): [string, string][] {
  const words = quotedWords(text, escapeChar);
  if (!words[0]?.includes('=')) {
    const [, name = '', value] = /^(\S+)\s+(.+)$/s.exec(text) ?? [];
    if (value === undefined) {
      throw new EngineError('invalid', `${keyword} must have two arguments`);
    }
    return [[name, value]];
  }
  return words.map((word) => {
    const [name, value] = splitEntry(word);
    if (value === undefined) {
      throw new EngineError(
        'invalid',
        `Syntax error - can't find = in "${word}". Must be of the form: name=value`,
      );
    }
    return [name, value];
  });
}

/** Splits at blanks that are neither quoted nor escaped. Keeps quotes and escapes. */
export function quotedWords(text: string, escapeChar: string): string[] {
  const mark = escapeChar === '\\' ? '\\\\' : escapeChar;
  const word = new RegExp(
    `(?:'[^']*'?|"(?:${mark}[\\s\\S]|[^"])*"?|${mark}[\\s\\S]|[^\\s'"])+`,
    'g',
  );
  return text.match(word) ?? [];
}

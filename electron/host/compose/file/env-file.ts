import { readFile } from 'node:fs/promises';
import { splitEntry } from '../../../../guest-agent/grammar/key-values.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { codeOf } from '../../base/system-error.ts';
import { interpolate, type Variables } from './interpolate.ts';

/**
 * Reads the entries of a `.env` file or an `env_file`: `NAME=value`, optionally after `export`.
 * Unquoted and double-quoted values are interpolated from earlier entries and from `variables`. A
 * name without a value takes its value from `variables`.
 */
export function parseEnvFile(text: string, variables: Variables): Record<string, string> {
  const entries: Record<string, string> = {};
  const lookup: Variables = (name) => variables(name) ?? entries[name];
  const pattern =
    /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*(?:([=:])[ \t]*(?:'((?:[^'\\]|\\'(?=[^\r\n]*')|\\(?!'))*)'|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|([^\r\n]*)))?[^\r\n]*$/gm;
  for (const [line, name = '', separator, single, whole, double, plain] of text
    .replace(/^\uFEFF/, '')
    .matchAll(pattern)) {
    if (line.trimStart().startsWith('#')) continue;
    if (separator === undefined) {
      const value = variables(name);
      if (value !== undefined) entries[name] = value;
    } else if (single !== undefined) entries[name] = single.replaceAll("\\'", "'");
    // The last character is a backslash.
    else if (whole !== undefined) entries[name] = whole;
    else if (double !== undefined) entries[name] = interpolate(withoutEscapes(double), lookup);
    else entries[name] = interpolate(withoutComment(plain ?? ''), lookup);
  }
  return entries;
}

/** Reads the entries of an `env_file` with `format: raw`: everything after the `=` is the value. */
export function parseRawEnvFile(text: string, variables: Variables): Record<string, string> {
  const entries: Record<string, string> = {};
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const trimmed = line.trimStart();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [name, given] = splitEntry(trimmed);
    const value = given ?? variables(name);
    if (value !== undefined) entries[name] = value;
  }
  return entries;
}

/** Stops at a `#` at the beginning of the value or after a space. */
function withoutComment(value: string): string {
  const comment = value.search(/(?<!\S)#/);
  return (comment === -1 ? value : value.slice(0, comment)).trim();
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

const withoutEscapes = (text: string) =>
  text.replace(/\\([\s\S])/g, (whole, letter: string) =>
    letter === '$' ? '$$' : (ESCAPES[letter] ?? (/["\\]/.test(letter) ? letter : whole)),
  );

/**
 * The entries of a file; undefined if the file doesn't exist, or is a directory, as a Python
 * environment named `.env` is. Throws HostError 'invalid'.
 */
export async function readEnvFile(
  path: string,
  variables: Variables,
  format?: string,
): Promise<Record<string, string> | undefined> {
  const parse = format === 'raw' ? parseRawEnvFile : parseEnvFile;
  try {
    return parse(await readFile(path, 'utf8'), variables);
  } catch (cause) {
    if (['ENOENT', 'EISDIR'].includes(codeOf(cause) ?? '')) return undefined;
    const reason = reasonOf(cause);
    throw new HostError('invalid', `can't read ${path}: ${reason}`, { cause });
  }
}

/**
 * The variables of several files, of which later ones override earlier ones. Throws HostError 'invalid' if a
 * file is missing.
 */
export async function readVariables(
  given: Variables,
  files: readonly string[],
): Promise<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const file of files) {
    const entries = await readEnvFile(file, (name) => given(name) ?? variables[name]);
    if (!entries) throw new HostError('invalid', `couldn't find env file: ${file}`);
    Object.assign(variables, entries);
  }
  return variables;
}

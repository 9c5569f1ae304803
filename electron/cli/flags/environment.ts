import { readFileSync } from 'node:fs';
import { HostError } from '../../host/base/errors.ts';

/**
 * The container's environment from `--env-file` and `--env`, later ones winning. A name without a
 * value takes the value it has here, and is left out when it has none.
 */
export function containerEnvironment(
  files: readonly string[],
  entries: readonly string[],
  own: Readonly<Record<string, string | undefined>>,
): string[] {
  return [...files.flatMap((path) => readEntryFile(path, 'environment file')), ...entries].flatMap(
    (entry) => {
      if (entry === '' || entry.startsWith('=')) {
        throw new HostError('invalid', `invalid environment variable: ${entry}`);
      }
      if (entry.includes('=')) return [entry];
      const value = own[entry];
      return value === undefined ? [] : [`${entry}=${value}`];
    },
  );
}

/** `name=value` entries, one a line; empty lines and those that begin with `#` do not count. */
export function readEntryFile(path: string, what: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HostError('invalid', `the ${what} ${path} cannot be read`, { cause });
  }
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== '' && !line.startsWith('#'));
  for (const line of lines) {
    if (/\s/.test(line.split('=')[0] ?? '')) {
      throw new HostError(
        'invalid',
        `in ${path}: the name of "${line}" must not contain white space`,
      );
    }
  }
  return lines;
}

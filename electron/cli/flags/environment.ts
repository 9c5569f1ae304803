import { readFileSync } from 'node:fs';
import { parseEntryFile, resolveEnvironment } from '../../../guest-agent/grammar/environment.ts';
import { GrammarError } from '../../../guest-agent/grammar/grammar-error.ts';
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
  const fromFiles = files.flatMap((path) => readEntryFile(path, 'environment file'));
  return resolveEnvironment([...fromFiles, ...entries], own);
}

/** `name=value` entries, one a line; empty lines and those that begin with `#` do not count. */
export function readEntryFile(path: string, what: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HostError('invalid', `the ${what} ${path} cannot be read`, { cause });
  }
  try {
    return parseEntryFile(text);
  } catch (cause) {
    if (!(cause instanceof GrammarError)) throw cause;
    throw new HostError('invalid', `in ${path}: ${cause.message}`, { cause });
  }
}

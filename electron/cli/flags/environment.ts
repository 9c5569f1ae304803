import { readFileSync } from 'node:fs';
import { parseEntryFile, resolveEnvironment } from '../../../guest-agent/grammar/environment.ts';
import { GrammarError } from '../../../guest-agent/grammar/grammar-error.ts';
import { HostError } from '../../host/base/errors.ts';

/**
 * The container's environment from `--env-file` and `--env`. Later entries override earlier ones. A
 * name without a value takes its value from `own`, and is omitted if it isn't set there.
 */
export function containerEnvironment(
  files: readonly string[],
  entries: readonly string[],
  own: Readonly<Record<string, string | undefined>>,
): string[] {
  const fromFiles = files.flatMap((path) => readEntryFile(path, 'environment file'));
  return resolveEnvironment([...fromFiles, ...entries], own);
}

/** `name=value` entries, one per line. Ignores empty lines and lines that begin with `#`. */
export function readEntryFile(path: string, what: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HostError('invalid', `can't read the ${what} ${path}`, { cause });
  }
  try {
    return parseEntryFile(text);
  } catch (cause) {
    if (!(cause instanceof GrammarError)) throw cause;
    throw new HostError('invalid', `in ${path}: ${cause.message}`, { cause });
  }
}

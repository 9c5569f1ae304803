import { readFileSync } from 'node:fs';
import { HostError } from '../../host/base/errors.ts';

/** A `--security-opt`. Replaces the path of a seccomp profile with the file's content. */
export function securityOption(option: string): string {
  const path = /^seccomp[=:](.+)$/.exec(option)?.[1];
  if (path === undefined || path === 'unconfined' || path === 'builtin') return option;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new HostError('invalid', `opening seccomp profile (${path}) failed`, { cause });
  }
  try {
    return `seccomp=${JSON.stringify(JSON.parse(text))}`;
  } catch (cause) {
    throw new HostError('invalid', `compacting json for seccomp profile (${path}) failed`, {
      cause,
    });
  }
}

import type { RestartPolicy } from './engine-types.ts';
import { GrammarError } from './grammar-error.ts';

/** Reads `no`, `always`, `unless-stopped` or `on-failure[:COUNT]`. */
export function parseRestartPolicy(text: string): RestartPolicy {
  const match = /^(?:(no|always|unless-stopped)|on-failure(?::(\d+))?)$/.exec(text);
  if (!match) {
    throw new GrammarError(
      `restart policy "${text}" is not one of no, always, unless-stopped, on-failure[:COUNT]`,
      { field: 'restart' },
    );
  }
  if (match[1]) return { Name: match[1] as 'no' | 'always' | 'unless-stopped' };
  return { Name: 'on-failure', MaximumRetryCount: Number(match[2] ?? 0) };
}

/** Undefined for a container that doesn't restart. */
export function formatRestartPolicy({ Name, MaximumRetryCount = 0 }: RestartPolicy) {
  if (!Name || Name === 'no') return undefined;
  return MaximumRetryCount > 0 ? `${Name}:${MaximumRetryCount}` : Name;
}

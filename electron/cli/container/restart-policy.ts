import type { RestartPolicy } from '../../../guest-agent/contract/engine-types.ts';
import { HostError } from '../../host/base/errors.ts';

/** Parses `--restart no|always|unless-stopped|on-failure[:COUNT]`. */
export function parseRestartPolicy(text: string): RestartPolicy {
  const match = /^(?:(no|always|unless-stopped)|on-failure(?::(\d+))?)$/.exec(text);
  if (!match) {
    throw new HostError(
      'invalid',
      `restart policy "${text}" is not one of no, always, unless-stopped, on-failure[:COUNT]`,
    );
  }
  if (match[1]) return { Name: match[1] as 'no' | 'always' | 'unless-stopped' };
  return { Name: 'on-failure', MaximumRetryCount: Number(match[2] ?? 0) };
}

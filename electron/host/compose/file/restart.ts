import type { RestartPolicy } from '../../../../guest-agent/grammar/engine-types.ts';
import { parseRestartPolicy } from '../../../../guest-agent/grammar/restart-policy.ts';

/**
 * Reads a service's `restart` as `docker compose` does: any policy may have a count, and a count
 * that isn't a number is 0.
 */
export function restartPolicyOf(text: string): RestartPolicy {
  const [name = '', count = ''] = text.split(':');
  const retries = /^[-+]?\d+$/.test(count) ? Number(count) : 0;
  return parseRestartPolicy(retries === 0 ? name : `${name}:${retries}`);
}

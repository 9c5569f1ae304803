import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { endTime, hasSucceeded } from './ended-pods.ts';

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 10 * 60_000;

/**
 * How long a Job waits before it replaces failed pods: 10 s, 20 s, 40 s, ... since the last failure,
 * counted from the last success.
 */
export function backoffIn(ended: readonly Stored<Pod>[], now: number): number {
  const sorted = [...ended].sort((a, b) => endTime(b) - endTime(a));
  const lastSuccess = sorted.findIndex(hasSucceeded);
  const failures = lastSuccess === -1 ? sorted : sorted.slice(0, lastSuccess);
  const [last] = failures;
  if (last === undefined) return 0;
  const delay = Math.min(FIRST_DELAY_MS * 2 ** (failures.length - 1), LONGEST_DELAY_MS);
  return Math.max(0, endTime(last) + delay - now);
}

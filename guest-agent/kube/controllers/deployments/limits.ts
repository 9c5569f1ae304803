import type { Deployment } from 'kubernetes-types/apps/v1.js';
import { scaled } from '../scaled.ts';

const DEFAULT = '25%';

export interface RolloutLimits {
  readonly desired: number;
  /** How many pods there may be above the desired number. */
  readonly surge: number;
  readonly unavailable: number;
}

/** The limits of a rollout in pods. Percentages round up for the surge, down for the unavailable. */
export function rolloutLimits({ spec }: Pick<Deployment, 'spec'>): RolloutLimits {
  const desired = spec?.replicas ?? 1;
  if (spec?.strategy?.type === 'Recreate') return { desired, surge: 0, unavailable: 0 };
  const { maxSurge = DEFAULT, maxUnavailable = DEFAULT } = spec?.strategy?.rollingUpdate ?? {};
  const surge = scaled(maxSurge, desired, Math.ceil);
  const unavailable = scaled(maxUnavailable, desired, Math.floor);
  if (desired === 0) return { desired, surge, unavailable: 0 };
  // With neither, a rollout couldn't do its first step.
  if (surge === 0 && unavailable === 0) return { desired, surge, unavailable: 1 };
  return { desired, surge, unavailable: Math.min(unavailable, desired) };
}

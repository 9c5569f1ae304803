import type { Probe } from 'kubernetes-types/core/v1.js';
import type { HealthConfig } from '../../../../../guest-agent/grammar/engine-types.ts';
import { literal } from './literal.ts';

const DEFAULT_SECONDS = 30;
const DEFAULT_RETRIES = 3;

/**
 * A health check as a readiness probe: while it fails, the pod gets no connections. A health check
 * doesn't restart a container, so there is no liveness probe.
 */
export function probeOf(check: HealthConfig | undefined): Probe | undefined {
  const [kind, ...words] = check?.Test ?? [];
  if (kind === undefined || kind === 'NONE' || words.length === 0) return undefined;
  const command = kind === 'CMD-SHELL' ? ['/bin/sh', '-c', ...words] : words;
  return {
    exec: { command: command.map(literal) },
    periodSeconds: seconds(check?.Interval),
    timeoutSeconds: seconds(check?.Timeout),
    failureThreshold: check?.Retries || DEFAULT_RETRIES,
  };
}

/** Whole seconds, at least one. */
function seconds(nanoseconds: number | undefined): number {
  return nanoseconds ? Math.max(1, Math.round(nanoseconds / 1e9)) : DEFAULT_SECONDS;
}

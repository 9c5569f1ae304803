import type { Health, HealthResult } from '../record/health.ts';
import type { HealthCheck } from '../request/health-config.ts';

/** The number of results to keep, and the bytes of output to keep for each. */
const KEPT_RESULTS = 5;
export const MAX_OUTPUT = 4096;

/** Docker's rules: one success means healthy, `retries` failures in a row mean unhealthy. */
export function afterProbe(
  health: Health,
  result: HealthResult,
  check: HealthCheck,
  startedAt: Date,
): Health {
  const log = [...health.log, result].slice(-KEPT_RESULTS);
  if (result.exitCode === 0) return { status: 'healthy', failingStreak: 0, log };
  // A container that has never been healthy can fail while it starts.
  const excused =
    health.status === 'starting' &&
    Date.parse(result.start) - startedAt.getTime() < check.startPeriod;
  const failingStreak = health.failingStreak + (excused ? 0 : 1);
  const status = !excused && failingStreak >= check.retries ? 'unhealthy' : health.status;
  return { status, failingStreak, log };
}

export interface HealthWatch {
  readonly check: HealthCheck;
  readonly startedAt: Date;
  /** The current health. */
  status(): Health['status'];
  /** Runs the check once. */
  probe(signal: AbortSignal): Promise<HealthResult | undefined>;
  report(result: HealthResult): Promise<void>;
}

/** Probes repeatedly until the signal aborts. */
export async function watchHealth(watch: HealthWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(nextInterval(watch, Date.now()), signal);
    if (signal.aborted) return;
    const result = await watch.probe(signal);
    if (result && !signal.aborted) await watch.report(result);
  }
}

function nextInterval({ check, startedAt, status }: HealthWatch, now: number): number {
  const starting = now - startedAt.getTime() < check.startPeriod && status() === 'starting';
  return starting ? check.startInterval : check.interval;
}

/** Resolves after `milliseconds`, or when the signal aborts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(milliseconds, 2 ** 31 - 1));
    signal.addEventListener('abort', end);
  });
}

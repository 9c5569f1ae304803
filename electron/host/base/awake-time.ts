import { setTimeout as sleep } from 'node:timers/promises';

const longestTickMs = 500;

/**
 * Resolves after `ms` of time in which this computer was awake and this process could run: hours
 * that a laptop slept don't use up somebody's patience. Rejects when `signal` aborts.
 */
export async function awakeFor(ms: number, signal?: AbortSignal): Promise<void> {
  for (let passed = 0; passed < ms; ) {
    const tick = Math.min(longestTickMs, ms - passed);
    const before = performance.now();
    await sleep(tick, undefined, { ref: false, ...(signal && { signal }) });
    passed += Math.min(performance.now() - before, 2 * tick);
  }
}

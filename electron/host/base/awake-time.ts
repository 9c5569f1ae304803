import { setTimeout as sleep } from 'node:timers/promises';

const longestTickMs = 500;

/**
 * Resolves after `ms` during which the host was awake and this process could run, so that hours of
 * sleep don't count as waiting. Rejects when `signal` aborts.
 */
export async function awakeFor(ms: number, signal?: AbortSignal): Promise<void> {
  for (let passed = 0; passed < ms; ) {
    const tick = Math.min(longestTickMs, ms - passed);
    const before = performance.now();
    await sleep(tick, undefined, { ref: false, ...(signal && { signal }) });
    passed += Math.min(performance.now() - before, 2 * tick);
  }
}

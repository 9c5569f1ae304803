import { setTimeout as delay } from 'node:timers/promises';
import { killProcess } from '../fixtures/processes.ts';
import type { FaultyEngine, Victim } from './engine.ts';

/**
 * Runs `work` and kills the victim after `wait` milliseconds, or as soon as the victim runs.
 * Resolves when `work` has settled: with whether a process was killed, and why `work` failed.
 */
export async function killDuring(
  engine: FaultyEngine,
  victim: Victim,
  wait: number,
  work: () => Promise<void>,
): Promise<{ readonly wasKilled: boolean; readonly failure?: unknown; readonly took: number }> {
  const begun = performance.now();
  let isOver = false;
  const settled = work()
    .then(
      () => ({}),
      (failure: unknown) => ({ failure }),
    )
    .finally(() => {
      isOver = true;
    });
  await Promise.race([delay(wait), settled]);
  let wasKilled = false;
  while (!wasKilled && (!isOver || victim === 'agent')) {
    // One of several, such as the monitors of two containers.
    wasKilled = engine.find(victim).some(killProcess);
    if (!wasKilled) await delay(1);
  }
  const result = await settled;
  return { ...result, wasKilled, took: performance.now() - begun };
}

import type { Probe } from 'kubernetes-types/core/v1.js';
import { pause } from '../pause.ts';

export interface ProbeResult {
  readonly isGood: boolean;
  /** What the check has to say, for an event. */
  readonly output: string;
}

export interface ProbeWatch {
  readonly probe: Probe;
  /** When the container started, in milliseconds since 1970. */
  readonly startedAt: number;
  check(signal: AbortSignal): Promise<ProbeResult>;
  /** Called for each result. */
  observed(result: ProbeResult): void;
  /** Called when as many results in a row as the threshold says agree. `false` ends the probe. */
  settled(isGood: boolean): boolean;
}

const SECOND = 1000;

/** Kubernetes' defaults. */
export const timings = (probe: Probe) => ({
  initialDelay: (probe.initialDelaySeconds ?? 0) * SECOND,
  period: (probe.periodSeconds || 10) * SECOND,
  timeout: (probe.timeoutSeconds || 1) * SECOND,
  successes: probe.successThreshold || 1,
  failures: probe.failureThreshold || 3,
});

/** Probes a container until the signal aborts, with whose reason this rejects, or `settled` ends it. */
export async function watchProbe(watch: ProbeWatch, signal: AbortSignal): Promise<void> {
  const { initialDelay, period, successes, failures } = timings(watch.probe);
  await pause(watch.startedAt + initialDelay - Date.now(), signal);
  let last: boolean | undefined;
  let inARow = 0;
  for (;;) {
    const begun = Date.now();
    const result = await watch.check(signal);
    signal.throwIfAborted();
    watch.observed(result);
    inARow = result.isGood === last ? inARow + 1 : 1;
    last = result.isGood;
    if (inARow >= (result.isGood ? successes : failures) && !watch.settled(result.isGood)) return;
    await pause(begun + period - Date.now(), signal);
  }
}

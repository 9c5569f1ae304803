import type { CronJob } from 'kubernetes-types/batch/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { Schedule } from './schedule.ts';

/** How many missed runs are worth a warning. */
const MANY = 100;
/** A timer must not fire just before the time that it waits for. */
const DELTA_MS = 100;

export interface Due {
  /** The newest run that should have started, in milliseconds since 1970. */
  readonly time: number;
  readonly hasManyMissed: boolean;
}

/**
 * The run that is due. If several were missed, for example while the machine slept, only the newest
 * one counts.
 */
export function dueRun(job: Stored<CronJob>, schedule: Schedule, now: number): Due | undefined {
  const start = startOf(job, now);
  const next = schedule.next(start);
  if (next === undefined || next > now) return undefined;
  const time = schedule.latest(now, start) ?? next;
  return { time, hasManyMissed: schedule.hasMoreThan(MANY, start, now) };
}

/** From when on runs count: not before the last one, nor beyond the starting deadline. */
function startOf({ metadata, spec, status }: Stored<CronJob>, now: number): number {
  const start = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp);
  const deadline = spec?.startingDeadlineSeconds;
  return deadline === undefined ? start : Math.max(start, now - deadline * 1000);
}

/** How long it is until the next run, in milliseconds. */
export function nextRunIn(
  { metadata, status }: Stored<CronJob>,
  schedule: Schedule,
  now: number,
): number | undefined {
  // Durations count from the last run, other schedules from now.
  const start = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp);
  const next = schedule.next(Math.max(start, schedule.latest(now, start) ?? start));
  return next === undefined ? undefined : Math.max(0, next - now) + DELTA_MS;
}

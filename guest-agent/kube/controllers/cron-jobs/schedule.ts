import { Cron } from 'croner';
import { parseDuration } from '../../../grammar/duration.ts';

/** When a CronJob runs. Times are milliseconds since 1970. */
export interface Schedule {
  /** The first time after another one. Undefined if there is none, as for 31 February. */
  next(after: number): number | undefined;
  /** The newest time that isn't after `now`. */
  latest(now: number, start: number): number | undefined;
  /** Whether more than `limit` times are between two others. */
  hasMoreThan(limit: number, start: number, now: number): boolean;
}

/** Throws if the schedule or the time zone is wrong. */
export function parseSchedule(text: string, timeZone: string | undefined): Schedule {
  const every = /^@every\s+(.+)$/.exec(text);
  if (every) return everyDuration(every[1] ?? '');
  const cron = new Cron(text, {
    ...{ paused: true, mode: '5-part' },
    ...(timeZone === undefined ? {} : { timezone: timeZone }),
  });
  // A wrong time zone shows only now.
  cron.nextRun();
  return {
    next: (after) => cron.nextRun(new Date(after))?.getTime(),
    // Cron looks for times before the one it gets.
    latest: (now) => cron.previousRuns(1, new Date(now + 1))[0]?.getTime(),
    hasMoreThan: (limit, start, now) => {
      const last = cron.nextRuns(limit + 1, new Date(start))[limit];
      return last !== undefined && last.getTime() <= now;
    },
  };
}

/** `@every 90s`: counted from the last run. */
function everyDuration(text: string): Schedule {
  const nanoseconds = parseDuration(text);
  if (nanoseconds === undefined || nanoseconds < 0) {
    throw new Error(`"@every ${text}" has no valid duration`);
  }
  const delay = Math.max(1000, Math.trunc(nanoseconds / 1e9) * 1000);
  const runs = (start: number, now: number) => Math.floor((now - start) / delay);
  return {
    next: (after) => after + delay,
    latest: (now, start) => start + runs(start, now) * delay,
    hasMoreThan: (limit, start, now) => runs(start, now) > limit,
  };
}

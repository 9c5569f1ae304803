import { EngineError } from '../../../errors.ts';
import type { ContainerRecord } from '../record/container.ts';
import type { HostConfig } from '../request/config.ts';

/** Milliseconds. Docker: 100 ms, doubled with each quick failure, at most a minute. */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 60_000;
/** A run that lasted this long begins the back-off anew. */
const HEALTHY_RUN = 10_000;

/**
 * How long to wait before the container is run again, in milliseconds; undefined when it stays
 * stopped. `stopped`: a person asked for the end of this run; `previous`: how long the wait before
 * this run was, undefined when a person started it.
 */
export function restartDelay(
  record: ContainerRecord,
  exitCode: number,
  finishedAt: Date,
  stopped: boolean,
  previous: number | undefined,
): number | undefined {
  const { Name, MaximumRetryCount } = record.hostConfig.RestartPolicy;
  const { restartCount, startedAt } = record.state;
  const wanted =
    Name === 'always' ||
    Name === 'unless-stopped' ||
    (Name === 'on-failure' &&
      exitCode !== 0 &&
      (MaximumRetryCount === 0 || restartCount < MaximumRetryCount));
  if (!wanted || stopped) return undefined;
  const lasted = finishedAt.getTime() - Date.parse(startedAt ?? finishedAt.toISOString());
  if (previous === undefined || lasted >= HEALTHY_RUN) return FIRST_DELAY;
  return Math.min(LONGEST_DELAY, previous * 2);
}

/** Whether a container that wasn't running comes back with the machine. */
export function startsWithMachine(record: ContainerRecord): boolean {
  const { Name } = record.hostConfig.RestartPolicy;
  return Name === 'always' || (Name === 'unless-stopped' && !record.state.stoppedByHand);
}

/** Throws EngineError 'invalid' in Docker's words. */
export function checkRestartPolicy({ Name, MaximumRetryCount }: HostConfig['RestartPolicy']): void {
  if (MaximumRetryCount < 0) {
    throw new EngineError(
      'invalid',
      'invalid restart policy: maximum retry count cannot be negative',
    );
  }
  if (MaximumRetryCount > 0 && Name !== 'on-failure') {
    throw new EngineError(
      'invalid',
      "invalid restart policy: maximum retry count can only be used with 'on-failure'",
    );
  }
}

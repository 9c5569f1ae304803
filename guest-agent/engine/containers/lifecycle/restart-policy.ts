import { EngineError } from '../../../errors.ts';
import type { ContainerRecord } from '../record/container.ts';
import type { HostConfig } from '../request/config.ts';

/**
 * In milliseconds. Docker starts with 100 ms and doubles the delay with each quick failure, up to a
 * minute.
 */
const FIRST_DELAY = 100;
const LONGEST_DELAY = 60_000;
/** A run of this length resets the delay. */
const HEALTHY_RUN = 10_000;

/**
 * Milliseconds to wait before the container runs again. Undefined if it stays stopped. `stopped`
 * means that a user stopped this run. `previous` is the delay before this run, or undefined if a
 * user started it.
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

/** Whether a container that wasn't running starts when the VM starts. */
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

import type { Job } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import { conditionOf } from '../conditions.ts';
import { isActive } from '../pod/pod-state.ts';
import { hasFailed, isTracked } from './ended-pods.ts';
import { policyFor } from './failure-policy.ts';
import { parseIndexes } from './indexes.ts';
import { completionsOf } from './job-spec.ts';

/** How a Job ends, once its pods have stopped. */
export interface Verdict {
  readonly isSuccess: boolean;
  readonly reason: string;
  readonly message: string;
}

/** The verdict that the Job's status has, from an earlier look at it. */
export function knownVerdict({ status }: Job): Verdict | undefined {
  for (const type of ['FailureTarget', 'SuccessCriteriaMet']) {
    const condition = conditionOf(status?.conditions, type);
    if (condition?.status !== 'True') continue;
    const { reason = '', message = '' } = condition;
    return { isSuccess: type === 'SuccessCriteriaMet', reason, message };
  }
  return undefined;
}

/** Whether the policy of the Job ends it because of one of these pods. To ask before they count. */
export function policyVerdict(
  job: Stored<Job>,
  claimed: readonly Stored<Pod>[],
): Verdict | undefined {
  for (const pod of claimed) {
    if (!isTracked(pod) || !hasFailed(job, pod)) continue;
    const match = policyFor(job, pod);
    if (match?.action !== 'FailJob') continue;
    return { isSuccess: false, reason: 'PodFailurePolicy', message: match.message };
  }
  return undefined;
}

/** How the Job ends, if it does by what has been counted. */
export function verdictOf(
  job: Stored<Job>,
  claimed: readonly Stored<Pod>[],
  now: number,
): Verdict | undefined {
  const { spec, status = {} } = job;
  const failure = (reason: string, message: string) => ({ isSuccess: false, reason, message });
  const failedIndexes = parseIndexes(status.failedIndexes).size;
  if ((status.failed ?? 0) > backoffLimitOf(job) || hasRestartedTooOften(job, claimed)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  }
  if (spec?.maxFailedIndexes !== undefined && failedIndexes > spec.maxFailedIndexes) {
    const message = 'Job has exceeded the specified maximal number of failed indexes';
    return failure('MaxFailedIndexesExceeded', message);
  }
  const deadline = deadlineIn(job, now);
  if (deadline !== undefined && deadline <= 0) {
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  }
  const completions = completionsOf(job);
  if (failedIndexes > 0 && failedIndexes + (status.succeeded ?? 0) >= (completions ?? 0)) {
    return failure('FailedIndexes', 'Job has failed indexes');
  }
  return policySuccess(job) ?? success(job, claimed);
}

function success(job: Stored<Job>, claimed: readonly Stored<Pod>[]): Verdict | undefined {
  const succeeded = job.status?.succeeded ?? 0;
  const completions = completionsOf(job);
  if (claimed.some(isActive)) return undefined;
  const isDone = completions === undefined ? succeeded > 0 : succeeded >= completions;
  if (!isDone) return undefined;
  const message = 'Reached expected number of succeeded pods';
  return { isSuccess: true, reason: 'CompletionsReached', message };
}

function policySuccess({ spec, status }: Stored<Job>): Verdict | undefined {
  const completed = parseIndexes(status?.completedIndexes);
  for (const [index, rule] of (spec?.successPolicy?.rules ?? []).entries()) {
    const { succeededIndexes, succeededCount } = rule;
    const wanted = succeededIndexes === undefined ? completed : parseIndexes(succeededIndexes);
    const met = [...wanted].filter((each) => completed.has(each)).length;
    if (met < (succeededCount ?? (wanted.size || 1))) continue;
    return { isSuccess: true, reason: 'SuccessPolicy', message: `Matched rules at index ${index}` };
  }
  return undefined;
}

function backoffLimitOf({ spec }: Job): number {
  return spec?.backoffLimit ?? (spec?.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1);
}

/** With the restart policy OnFailure, failures are restarts within the pods. */
function hasRestartedTooOften(job: Stored<Job>, claimed: readonly Stored<Pod>[]): boolean {
  if (job.spec?.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = claimed.filter(isActive).flatMap(({ status }) => {
    const all = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
    return all.map(({ restartCount }) => restartCount);
  });
  const total = restarts.reduce((sum, each) => sum + each, 0);
  const limit = backoffLimitOf(job);
  return limit === 0 ? total > 0 : total >= limit;
}

/** The rest of the Job's time, in milliseconds. */
export function deadlineIn({ spec, status }: Job, now: number): number | undefined {
  const seconds = spec?.activeDeadlineSeconds;
  if (seconds === undefined || status?.startTime === undefined) return undefined;
  if (spec?.suspend === true) return undefined;
  return Date.parse(status.startTime) + seconds * 1000 - now;
}

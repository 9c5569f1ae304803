import type { Job } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import { jobs } from '../../objects/resources.ts';
import { timestamp } from '../../objects/timestamp.ts';
import { conditionOf, isTrue, withCondition } from '../conditions.ts';
import type { ControllerContext } from '../context.ts';
import { deletePod } from '../pod/delete-pod.ts';
import { isActive } from '../pod/pod-state.ts';
import { record } from '../record.ts';
import { deleteSurplus } from './adjust-pods.ts';
import { isTerminating } from './ended-pods.ts';
import type { Verdict } from './verdict.ts';

export function isFinished({ status }: Job): boolean {
  return isTrue(status?.conditions, 'Complete') || isTrue(status?.conditions, 'Failed');
}

/** When a finished Job ended, in milliseconds since 1970. */
export function finishTime({ status }: Job): number | undefined {
  const { conditions } = status ?? {};
  const ended = ['Complete', 'Failed']
    .map((type) => conditionOf(conditions, type))
    .find((condition) => condition?.status === 'True');
  return ended && Date.parse(ended.lastTransitionTime ?? '');
}

/** Ends a Job: stops its pods and, once they have stopped, says how it ended. */
export async function finish(
  context: ControllerContext,
  job: Stored<Job>,
  claimed: readonly Stored<Pod>[],
  verdict: Verdict,
): Promise<void> {
  const { objects, now } = context;
  const { isSuccess, reason, message } = verdict;
  await setConditions(context, job, isSuccess ? 'SuccessCriteriaMet' : 'FailureTarget', verdict);
  const active = claimed.filter(isActive);
  if (isSuccess) await deleteSurplus(context, job, active);
  else for (const pod of active) await deletePod(context, job, pod);
  if (active.length > 0 || claimed.some(isTerminating)) return;
  await objects.change(jobs, keyOf(job), (current) => {
    const { active: _, ...rest } = current.status ?? {};
    const completion = isSuccess ? { completionTime: timestamp(now()) } : {};
    return { ...current, status: { ...rest, ready: 0, terminating: 0, ...completion } };
  });
  await setConditions(context, job, isSuccess ? 'Complete' : 'Failed', verdict);
  if (isSuccess) await record(context, job, 'Normal', 'Completed', 'Job completed');
  else await record(context, job, 'Warning', reason, message);
}

async function setConditions(
  { objects, now }: ControllerContext,
  job: Stored<Job>,
  type: string,
  { reason, message }: Verdict,
): Promise<void> {
  await objects.change(jobs, keyOf(job), (current) => {
    const { conditions } = current.status ?? {};
    if (isTrue(conditions, type)) return current;
    const condition = { type, status: 'True', reason, message, lastProbeTime: timestamp(now()) };
    const all = withCondition(conditions, condition, now());
    return { ...current, status: { ...current.status, conditions: all } };
  });
}

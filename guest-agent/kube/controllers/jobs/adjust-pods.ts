import type { Job } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Stored } from '../../objects/kube-object.ts';
import type { ControllerContext } from '../context.ts';
import { BURST, createInBatches, createPod } from '../pod/create-pods.ts';
import { deletePod } from '../pod/delete-pod.ts';
import { byDeletionOrder } from '../pod/deletion-order.ts';
import { isActive } from '../pod/pod-state.ts';
import { backoffIn } from './backoff.ts';
import { hasFailed, hasSucceeded, indexOf, isTerminating } from './ended-pods.ts';
import { parseIndexes } from './indexes.ts';
import { indexedPod, jobPod } from './job-pod.ts';
import { completionsOf, isIndexed, parallelismOf, replacesTerminating } from './job-spec.ts';
import { failuresOf, untrack } from './tally.ts';

/**
 * Creates the pods that should run now, or deletes those that shouldn't. Returns after how many
 * milliseconds failed pods may be replaced, if that is later.
 */
export async function adjustPods(
  context: ControllerContext,
  job: Stored<Job>,
  claimed: readonly Stored<Pod>[],
): Promise<number | undefined> {
  const active = claimed.filter(isActive);
  const wanted = wantedPods(job, active.length);
  const surplus = surplusOf(job, active, wanted);
  if (surplus.length > 0) {
    await deleteSurplus(context, job, surplus);
    return undefined;
  }
  const stopping = replacesTerminating(job) ? [] : claimed.filter(isTerminating);
  // The new pods' events lead back here.
  const missing = Math.min(wanted - active.length - stopping.length, BURST);
  if (missing <= 0) return undefined;
  const ended = claimed.filter((pod) => hasSucceeded(pod) || hasFailed(job, pod));
  if (isIndexed(job)) return createIndexed(context, job, [...active, ...stopping], ended, missing);
  const wait = backoffIn(ended, context.now());
  if (wait > 0) return wait;
  await createInBatches(missing, () => createPod(context, job, jobPod(job)));
  return undefined;
}

/** Deletes pods that need not run: their end doesn't count as a failure. */
export async function deleteSurplus(
  context: ControllerContext,
  job: Stored<Job>,
  surplus: readonly Stored<Pod>[],
): Promise<void> {
  for (const pod of surplus) {
    await untrack(context.objects, pod);
    await deletePod(context, job, pod);
  }
}

function wantedPods(job: Stored<Job>, active: number): number {
  if (job.spec?.suspend === true) return 0;
  const parallelism = parallelismOf(job);
  const completions = completionsOf(job);
  const { succeeded = 0, failedIndexes } = job.status ?? {};
  // In a Job without a number of completions, the first success means that the work is done.
  if (completions === undefined) return succeeded > 0 ? Math.min(active, parallelism) : parallelism;
  const left = completions - succeeded - parseIndexes(failedIndexes).size;
  return Math.max(0, Math.min(left, parallelism));
}

function surplusOf(
  job: Stored<Job>,
  active: readonly Stored<Pod>[],
  wanted: number,
): Stored<Pod>[] {
  const seen = new Set(isIndexed(job) ? doneIndexes(job) : []);
  const useless = active.filter((pod) => {
    if (!isIndexed(job)) return false;
    const index = indexOf(pod) ?? -1;
    const isUseless = index < 0 || index >= (completionsOf(job) ?? 0) || seen.has(index);
    seen.add(index);
    return isUseless;
  });
  const others = active.filter((pod) => !useless.includes(pod)).sort(byDeletionOrder);
  return [...useless, ...others.slice(0, Math.max(0, others.length - wanted))];
}

function doneIndexes({ status }: Stored<Job>): number[] {
  return [...parseIndexes(status?.completedIndexes), ...parseIndexes(status?.failedIndexes)];
}

async function createIndexed(
  context: ControllerContext,
  job: Stored<Job>,
  running: readonly Stored<Pod>[],
  ended: readonly Stored<Pod>[],
  missing: number,
): Promise<number | undefined> {
  const taken = new Set([...doneIndexes(job), ...running.flatMap((pod) => indexOf(pod) ?? [])]);
  const byIndex = Map.groupBy(ended, indexOf);
  const endedOf = (index: number) => byIndex.get(index) ?? [];
  const isPerIndex = job.spec?.backoffLimitPerIndex !== undefined;
  const common = isPerIndex ? 0 : backoffIn(ended, context.now());
  if (common > 0) return common;
  const due: number[] = [];
  const later: number[] = [];
  // There can be many more indexes than pods that run at the same time.
  for (let index = 0; index < (completionsOf(job) ?? 0) && due.length < missing; index++) {
    if (taken.has(index)) continue;
    const wait = isPerIndex ? backoffIn(endedOf(index), context.now()) : 0;
    if (wait > 0) later.push(wait);
    else due.push(index);
  }
  await createInBatches(due.length, async (position) => {
    const index = due[position] ?? 0;
    const failed = endedOf(index).filter((pod) => !hasSucceeded(pod));
    const failures = failed.length === 0 ? 0 : Math.max(...failed.map(failuresOf)) + 1;
    await createPod(context, job, indexedPod(job, index, failures));
  });
  return due.length < missing && later.length > 0 ? Math.min(...later) : undefined;
}

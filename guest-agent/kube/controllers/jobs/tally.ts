import type { Job, JobStatus } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import type { Objects } from '../../objects/objects.ts';
import { jobs, pods } from '../../objects/resources.ts';
import { isSame } from '../canonical.ts';
import { hasFailed, hasSucceeded, hasValidIndex, indexOf, isTracked } from './ended-pods.ts';
import { policyFor } from './failure-policy.ts';
import { formatIndexes, parseIndexes } from './indexes.ts';
import { INDEX_FAILURES, isIndexed, TRACKING } from './job-spec.ts';

/**
 * Counts each ended pod exactly once, also if this program stops in between: writes which pods it
 * counts, lets go of these pods, then adds them to the sums.
 */
export async function tally(
  objects: Objects,
  job: Stored<Job>,
  claimed: readonly Stored<Pod>[],
  isFinishing: boolean,
): Promise<Stored<Job> | undefined> {
  const ended = claimed
    .filter(isTracked)
    .filter((pod) => isFinishing || hasSucceeded(pod) || hasFailed(job, pod));
  const { succeeded = [], failed = [] } = job.status?.uncountedTerminatedPods ?? {};
  if (ended.length + succeeded.length + failed.length === 0) return job;
  const marked = await objects.change(jobs, keyOf(job), (current) =>
    withStatus(current, marking(current, ended)),
  );
  for (const pod of ended) await untrack(objects, pod);
  return (
    marked && objects.change(jobs, keyOf(job), (current) => withStatus(current, sums(current)))
  );
}

function withStatus(job: Stored<Job>, status: JobStatus): Stored<Job> {
  return isSame(job.status ?? {}, status) ? job : { ...job, status };
}

/** The status that notes the ended pods as not counted yet. */
function marking(job: Stored<Job>, ended: readonly Stored<Pod>[]): JobStatus {
  const { status = {} } = job;
  const succeeded = new Set(status.uncountedTerminatedPods?.succeeded);
  const failed = new Set(status.uncountedTerminatedPods?.failed);
  const completedIndexes = parseIndexes(status.completedIndexes);
  const failedIndexes = parseIndexes(status.failedIndexes);
  for (const pod of ended.filter((each) => hasValidIndex(job, each))) {
    const { uid } = pod.metadata;
    const index = indexOf(pod);
    if (hasSucceeded(pod)) {
      const isKnown = index !== undefined && isIndexed(job) && completedIndexes.has(index);
      if (!isKnown) succeeded.add(uid);
      if (index !== undefined) completedIndexes.add(index);
    } else if (!countsFailure(job, pod)) {
      // The policy ignores it.
    } else {
      failed.add(uid);
      if (index !== undefined && failsIndex(job, pod)) failedIndexes.add(index);
    }
  }
  return {
    ...status,
    uncountedTerminatedPods: { succeeded: [...succeeded], failed: [...failed] },
    ...(isIndexed(job) ? { completedIndexes: formatIndexes(completedIndexes) } : {}),
    ...(job.spec?.backoffLimitPerIndex === undefined
      ? {}
      : { failedIndexes: formatIndexes(failedIndexes) }),
  };
}

function countsFailure(job: Stored<Job>, pod: Stored<Pod>): boolean {
  return policyFor(job, pod)?.action !== 'Ignore';
}

/** Whether this failure is one too many for the pod's index. */
function failsIndex(job: Stored<Job>, pod: Stored<Pod>): boolean {
  const limit = job.spec?.backoffLimitPerIndex;
  if (limit === undefined) return false;
  return policyFor(job, pod)?.action === 'FailIndex' || failuresOf(pod) + 1 > limit;
}

/** How often the pod's index had failed before this pod. */
export function failuresOf({ metadata }: Stored<Pod>): number {
  return Number(metadata.annotations?.[INDEX_FAILURES] ?? 0) || 0;
}

/** The status with the noted pods in its sums. Kubernetes leaves a sum of nothing out. */
function sums({ status = {} }: Stored<Job>): JobStatus {
  const { uncountedTerminatedPods, ...rest } = status;
  const { succeeded = [], failed = [] } = uncountedTerminatedPods ?? {};
  const successes = (status.succeeded ?? 0) + succeeded.length;
  const failures = (status.failed ?? 0) + failed.length;
  return {
    ...rest,
    ...(successes > 0 ? { succeeded: successes } : {}),
    ...(failures > 0 ? { failed: failures } : {}),
    uncountedTerminatedPods: {},
  };
}

/** Lets a pod go: its end is counted, or nobody counts any more. */
export async function untrack(objects: Objects, pod: Stored<Pod>): Promise<void> {
  await objects.change(pods, keyOf(pod), (current) => {
    if (current.metadata.uid !== pod.metadata.uid || !isTracked(current)) return current;
    const finalizers = (current.metadata.finalizers ?? []).filter((name) => name !== TRACKING);
    return { ...current, metadata: { ...current.metadata, finalizers } };
  });
}

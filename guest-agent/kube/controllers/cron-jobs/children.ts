import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import type { ObjectReference } from 'kubernetes-types/core/v1.js';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import { cronJobs, jobs } from '../../objects/resources.ts';
import { isSame } from '../canonical.ts';
import { isTrue } from '../conditions.ts';
import type { ControllerContext } from '../context.ts';
import { finishTime, isFinished } from '../jobs/finish.ts';
import { isControlledBy } from '../ownership/owner-reference.ts';
import { record } from '../record.ts';

export function childrenOf({ objects }: ControllerContext, owner: Stored<CronJob>): Stored<Job>[] {
  return objects.list(jobs, owner.metadata.namespace).filter((job) => isControlledBy(job, owner));
}

export function referenceTo({ apiVersion, kind, metadata }: Stored<Job>): ObjectReference {
  const { name, namespace = '', uid, resourceVersion } = metadata;
  return { apiVersion, kind, name, namespace, uid, resourceVersion };
}

/** Takes Jobs that have finished or are gone off the list of active ones. */
export async function syncActive(
  context: ControllerContext,
  owner: Stored<CronJob>,
): Promise<Stored<CronJob> | undefined> {
  const children = childrenOf(context, owner);
  const active = owner.status?.active ?? [];
  const isListed = (job: Stored<Job>) => active.some(({ uid }) => uid === job.metadata.uid);
  for (const job of children) {
    const { name } = job.metadata;
    if (!isFinished(job) && !isListed(job)) {
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      await record(context, owner, 'Warning', 'UnexpectedJob', message);
    } else if (isFinished(job) && isListed(job)) {
      const condition = isTrue(job.status?.conditions, 'Complete') ? 'Complete' : 'Failed';
      const message = `Saw completed job: ${name}, condition: ${condition}`;
      await record(context, owner, 'Normal', 'SawCompletedJob', message);
    }
  }
  const running = active.filter(({ uid }) =>
    children.some((job) => job.metadata.uid === uid && !isFinished(job)),
  );
  for (const { uid, name } of active) {
    if (children.some((job) => job.metadata.uid === uid)) continue;
    const message = `Active job went missing: ${name}`;
    await record(context, owner, 'Normal', 'MissingJob', message);
  }
  const successes = children.flatMap(({ status }) => status?.completionTime ?? []);
  const known = owner.status?.lastSuccessfulTime;
  const lastSuccess = [...successes, ...(known === undefined ? [] : [known])].sort().at(-1);
  return context.objects.change(cronJobs, keyOf(owner), (current) => {
    const { active: _, ...rest } = current.status ?? {};
    const status = {
      ...rest,
      ...(running.length > 0 ? { active: running } : {}),
      ...(lastSuccess === undefined ? {} : { lastSuccessfulTime: lastSuccess }),
    };
    return isSame(current.status ?? {}, status) ? current : { ...current, status };
  });
}

/** Deletes the oldest finished Jobs beyond the limits. */
export async function trimChildren(
  context: ControllerContext,
  owner: Stored<CronJob>,
): Promise<void> {
  const finished = childrenOf(context, owner).filter(isFinished);
  const { successfulJobsHistoryLimit = 3, failedJobsHistoryLimit = 1 } = owner.spec ?? {};
  for (const [type, limit] of [
    ['Complete', successfulJobsHistoryLimit],
    ['Failed', failedJobsHistoryLimit],
  ] as const) {
    const sorted = finished
      .filter(({ status }) => isTrue(status?.conditions, type))
      .sort((a, b) => (finishTime(a) ?? 0) - (finishTime(b) ?? 0));
    for (const job of sorted.slice(0, Math.max(0, sorted.length - limit))) {
      await deleteChild(context, owner, job);
    }
  }
}

export async function deleteChild(
  context: ControllerContext,
  owner: Stored<CronJob>,
  job: Stored<Job>,
): Promise<void> {
  if (job.metadata.deletionTimestamp !== undefined) return;
  await context.objects.requestDeletion(jobs, keyOf(job));
  const message = `Deleted job ${job.metadata.name}`;
  await record(context, owner, 'Normal', 'SuccessfulDelete', message);
}

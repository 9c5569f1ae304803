import type { CronJob, Job } from 'kubernetes-types/batch/v1.js';
import { KubeError } from '../../kube-error.ts';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import { cronJobs, jobs } from '../../objects/resources.ts';
import { timestamp } from '../../objects/timestamp.ts';
import type { ControllerContext } from '../context.ts';
import { controllerReference, isControlledBy } from '../ownership/owner-reference.ts';
import { messageOf, record } from '../record.ts';
import { referenceTo } from './children.ts';

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Starts the Job of a time. Its name has the time, so that no time gets two. */
export async function startJob(
  context: ControllerContext,
  owner: Stored<CronJob>,
  time: number,
): Promise<void> {
  const { objects } = context;
  const job = jobFor(owner, time);
  const name = job.metadata?.name ?? '';
  const created = await objects.create(jobs, job).catch(async (cause) => {
    const found = objects.get(jobs, { ...keyOf(owner), name });
    const isTaken = cause instanceof KubeError && cause.reason === 'AlreadyExists';
    // This program stopped after it had created the Job.
    if (isTaken && found && isControlledBy(found, owner)) return found;
    const message = `Error creating job: ${messageOf(cause)}`;
    await record(context, owner, 'Warning', 'FailedCreate', message);
    throw cause;
  });
  await objects.change(cronJobs, keyOf(owner), (current) => ({
    ...current,
    status: {
      ...current.status,
      active: [
        ...(current.status?.active ?? []).filter(({ uid }) => uid !== created.metadata.uid),
        referenceTo(created),
      ],
      lastScheduleTime: timestamp(time),
    },
  }));
  await record(context, owner, 'Normal', 'SuccessfulCreate', `Created job ${name}`);
}

function jobFor(owner: Stored<CronJob>, time: number): Job {
  const { name, namespace } = owner.metadata;
  const { metadata = {}, spec } = owner.spec?.jobTemplate ?? {};
  return {
    metadata: {
      name: `${name}-${Math.floor(time / 60_000)}`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(metadata.labels === undefined ? {} : { labels: metadata.labels }),
      annotations: { ...metadata.annotations, [SCHEDULED]: timestamp(time) },
      ownerReferences: [controllerReference(owner)],
    },
    ...(spec === undefined ? {} : { spec }),
  };
}

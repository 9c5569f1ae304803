import type { Job, JobStatus } from 'kubernetes-types/batch/v1.js';
import { keyOf, type Stored } from '../../objects/kube-object.ts';
import { jobs } from '../../objects/resources.ts';
import { timestamp } from '../../objects/timestamp.ts';
import { isTrue, withCondition } from '../conditions.ts';
import type { ControllerContext } from '../context.ts';
import { record } from '../record.ts';

/** Starts the clock of a Job, or stops it while the Job is suspended. */
export async function syncSuspension(
  context: ControllerContext,
  job: Stored<Job>,
): Promise<Stored<Job> | undefined> {
  const { objects, now } = context;
  const isSuspended = job.spec?.suspend === true;
  const wasSuspended = isTrue(job.status?.conditions, 'Suspended');
  if (!isSuspended && !wasSuspended) {
    if (job.status?.startTime !== undefined) return job;
    return change((status) => ({ ...status, startTime: timestamp(now()) }));
  }
  if (isSuspended === wasSuspended) return job;
  const [reason, message] = isSuspended
    ? ['JobSuspended', 'Job suspended']
    : ['JobResumed', 'Job resumed'];
  const status = isSuspended ? 'True' : 'False';
  const changed = await change(({ startTime: _, ...rest }) => ({
    ...rest,
    ...(isSuspended ? {} : { startTime: timestamp(now()) }),
    conditions: withCondition(
      rest.conditions,
      { type: 'Suspended', status, reason, message },
      now(),
    ),
  }));
  await record(context, job, 'Normal', isSuspended ? 'Suspended' : 'Resumed', message);
  return changed;

  function change(of: (status: JobStatus) => JobStatus) {
    return objects.change(jobs, keyOf(job), (current) => ({
      ...current,
      status: of(current.status ?? {}),
    }));
  }
}

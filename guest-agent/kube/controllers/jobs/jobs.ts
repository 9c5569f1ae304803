import type { Job } from 'kubernetes-types/batch/v1.js';
import type { Pod } from 'kubernetes-types/core/v1.js';
import { keyOf, type ObjectKey, type Stored } from '../../objects/kube-object.ts';
import { jobs, pods } from '../../objects/resources.ts';
import type { ControllerContext, RunningController } from '../context.ts';
import { Controller } from '../controller.ts';
import { claim } from '../ownership/claim.ts';
import { followAll, followOwned } from '../ownership/follow.ts';
import { controllerOf } from '../ownership/owner-reference.ts';
import { isActive, isReady } from '../pod/pod-state.ts';
import { updateStatus } from '../update-status.ts';
import { adjustPods } from './adjust-pods.ts';
import { isTerminating, isTracked } from './ended-pods.ts';
import { finish, finishTime, isFinished } from './finish.ts';
import { withSelector } from './job-spec.ts';
import { syncSuspension } from './suspend.ts';
import { tally, untrack } from './tally.ts';
import { deadlineIn, knownVerdict, policyVerdict, verdictOf } from './verdict.ts';

const MANAGER = 'kubernetes.io/job-controller';

/** Runs the pods of Jobs until enough of them succeed or too many fail. */
export function startJobs(context: ControllerContext): RunningController {
  const { objects, log, now } = context;
  const controller = new Controller('Job', reconcile, log);

  async function reconcile(key: ObjectKey): Promise<void> {
    const found = objects.get(jobs, key);
    await untrackOrphans(key, found);
    if (found?.spec === undefined || (found.spec.managedBy ?? MANAGER) !== MANAGER) return;
    if (found.metadata.deletionTimestamp !== undefined) return;
    if (isFinished(found)) return expire(key, found);
    const job = await withSelector(objects, found);
    const started = job && (await syncSuspension(context, job));
    if (started) await proceed(key, started);
  }

  async function proceed(key: ObjectKey, started: Stored<Job>): Promise<void> {
    const claimed = await claim(objects, pods, started, started.spec?.selector);
    const early = knownVerdict(started) ?? policyVerdict(started, claimed);
    const isFailing = early !== undefined && !early.isSuccess;
    const job = await tally(objects, started, claimed, isFailing);
    if (job === undefined) return;
    const verdict = early ?? verdictOf(job, claimed, now());
    if (verdict) await finish(context, job, claimed, verdict);
    const wait = verdict ? undefined : await adjust(key, job, claimed);
    await count(key, job);
    for (const delay of [wait, verdict ? undefined : deadlineIn(job, now())]) {
      if (delay !== undefined) controller.enqueue(key, Math.max(1, delay));
    }
  }

  /** Creates or deletes pods. The status is written even if this fails. */
  async function adjust(key: ObjectKey, job: Stored<Job>, claimed: readonly Stored<Pod>[]) {
    try {
      return await adjustPods(context, job, claimed);
    } catch (error) {
      await count(key, job);
      throw error;
    }
  }

  /** Counts the pods that there are now. */
  async function count(key: ObjectKey, { metadata: { uid } }: Stored<Job>): Promise<void> {
    const job = objects.get(jobs, key);
    if (job === undefined || job.metadata.uid !== uid || isFinished(job)) return;
    const own = objects.list(pods, key.namespace).filter((pod) => controllerOf(pod)?.uid === uid);
    const active = own.filter(isActive);
    const { active: _, ...rest } = job.status ?? {};
    await updateStatus(objects, jobs, job, {
      ...rest,
      ...(active.length > 0 ? { active: active.length } : {}),
      ready: active.filter(isReady).length,
      terminating: own.filter(isTerminating).length,
    });
  }

  /** Deletes a finished Job once its time is over. */
  async function expire(key: ObjectKey, job: Stored<Job>): Promise<void> {
    const seconds = job.spec?.ttlSecondsAfterFinished;
    const finished = finishTime(job);
    if (seconds === undefined || finished === undefined) return;
    const wait = finished + seconds * 1000 - now();
    if (wait > 0) controller.enqueue(key, wait);
    else await objects.requestDeletion(jobs, key);
  }

  /** Lets go of pods whose Job is gone or has finished, so that they can be deleted. */
  async function untrackOrphans(key: ObjectKey, job: Stored<Job> | undefined): Promise<void> {
    for (const pod of objects.list(pods, key.namespace)) {
      const owner = controllerOf(pod);
      const isOwn = owner?.kind === 'Job' && owner.name === key.name;
      if (!isOwn || !isTracked(pod)) continue;
      const isCounted = job?.metadata.uid === owner.uid && !isFinished(job);
      if (!isCounted || job?.metadata.deletionTimestamp !== undefined) await untrack(objects, pod);
    }
  }

  const running = followAll(controller, objects, jobs, [
    followOwned(controller, objects, pods, jobs),
  ]);
  // Jobs may have been deleted while nothing ran.
  for (const pod of objects.list(pods).filter(isTracked)) {
    const owner = controllerOf(pod);
    if (owner?.kind === 'Job') controller.enqueue({ ...keyOf(pod), name: owner.name });
  }
  return running;
}

import type { CronJob } from 'kubernetes-types/batch/v1.js';
import type { ObjectKey, Stored } from '../../objects/kube-object.ts';
import { cronJobs, jobs } from '../../objects/resources.ts';
import type { ControllerContext, RunningController } from '../context.ts';
import { Controller } from '../controller.ts';
import { isFinished } from '../jobs/finish.ts';
import { followAll } from '../ownership/follow.ts';
import { controllerOf } from '../ownership/owner-reference.ts';
import { messageOf, record } from '../record.ts';
import { childrenOf, deleteChild, syncActive, trimChildren } from './children.ts';
import { type Due, dueRun, nextRunIn } from './due.ts';
import { parseSchedule, type Schedule } from './schedule.ts';
import { startJob } from './start-job.ts';

/** Starts the Jobs of CronJobs at their times. */
export function startCronJobs(context: ControllerContext): RunningController {
  const { objects, log, now } = context;
  const controller = new Controller('CronJob', reconcile, log);

  async function reconcile(key: ObjectKey): Promise<void> {
    const found = objects.get(cronJobs, key);
    if (found?.spec === undefined) return;
    await trimChildren(context, found);
    const job = await syncActive(context, found);
    if (job === undefined || job.metadata.deletionTimestamp !== undefined) return;
    if (job.spec?.suspend === true) return;
    const schedule = await scheduleOf(job);
    if (schedule === undefined) return;
    const due = dueRun(job, schedule, now());
    if (due) await run(context, job, due);
    const latest = objects.get(cronJobs, key);
    const wait = latest && nextRunIn(latest, schedule, now());
    if (wait !== undefined) controller.enqueue(key, wait);
  }

  /** Undefined if the schedule is wrong. Only a change of the CronJob can help then. */
  async function scheduleOf(job: Stored<CronJob>): Promise<Schedule | undefined> {
    const { schedule = '', timeZone } = job.spec ?? {};
    try {
      return parseSchedule(schedule, timeZone);
    } catch (error) {
      const message = `unparseable schedule: "${schedule}" : ${messageOf(error)}`;
      await record(context, job, 'Warning', 'UnparseableSchedule', message);
      return undefined;
    }
  }

  return followAll(controller, objects, cronJobs, [
    objects.listen(jobs, ({ object }) => {
      const owner = controllerOf(object);
      const { namespace } = object.metadata;
      if (owner?.kind !== 'CronJob' || namespace === undefined) return;
      controller.enqueue({ namespace, name: owner.name });
    }),
  ]);
}

/** Starts the run that is due, unless it is too late or the one before still runs. */
async function run(context: ControllerContext, job: Stored<CronJob>, due: Due): Promise<void> {
  const { concurrencyPolicy, startingDeadlineSeconds } = job.spec ?? {};
  const { time, hasManyMissed } = due;
  if (hasManyMissed) {
    const message =
      'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
    await record(context, job, 'Warning', 'TooManyMissedTimes', message);
  }
  const isLate =
    startingDeadlineSeconds !== undefined && time + startingDeadlineSeconds * 1000 < context.now();
  if (isLate) {
    const message = `Missed scheduled time to start a job: ${new Date(time).toUTCString()}`;
    await record(context, job, 'Warning', 'MissSchedule', message);
    return;
  }
  const active = childrenOf(context, job).filter((each) => !isFinished(each));
  if (concurrencyPolicy === 'Forbid' && active.length > 0) {
    const message =
      'Not starting job because prior execution is running and concurrency policy is Forbid';
    await record(context, job, 'Normal', 'JobAlreadyActive', message);
    return;
  }
  if (concurrencyPolicy === 'Replace') {
    for (const each of active) await deleteChild(context, job, each);
  }
  await startJob(context, job, time);
}

import type { ControllerContext, RunningController } from './context.ts';
import { startCronJobs } from './cron-jobs/cron-jobs.ts';
import { startDaemonSets } from './daemon-sets/daemon-sets.ts';
import { startDeployments } from './deployments/deployments.ts';
import { startJobs } from './jobs/jobs.ts';
import { startReplicaSets } from './replica-sets/replica-sets.ts';
import { startStatefulSets } from './stateful-sets/stateful-sets.ts';

const starts = [
  ...[startReplicaSets, startDeployments, startStatefulSets, startDaemonSets],
  ...[startJobs, startCronJobs],
];

/**
 * Runs the controllers of all workloads until they are disposed of. Call `enqueueAll` when the
 * clock is corrected: timers don't count the time that the machine slept.
 */
export function startControllers({
  now = Date.now,
  ...context
}: Omit<ControllerContext, 'now'> & Partial<Pick<ControllerContext, 'now'>>): RunningController {
  const running = starts.map((start) => start({ ...context, now }));
  return {
    enqueueAll() {
      for (const controller of running) controller.enqueueAll();
    },
    [Symbol.dispose]() {
      for (const controller of running) controller[Symbol.dispose]();
    },
  };
}

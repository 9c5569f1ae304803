import type { ControllerContext, RunningController } from './context.ts';
import { startDeployments } from './deployments/deployments.ts';
import { startJobs } from './jobs/jobs.ts';
import { startReplicaSets } from './replica-sets/replica-sets.ts';

const starts = [startReplicaSets, startDeployments, startJobs];

/** Runs the controllers of all workloads until they are disposed of. */
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

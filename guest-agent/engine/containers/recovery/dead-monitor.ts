import { killProcesses } from '../../../runtime/cgroup/cgroup.ts';
import { readExit } from '../../../runtime/conmon/exit-file.ts';
import { DEAD_MONITOR_EXIT } from '../../../runtime/conmon/monitor-watch.ts';
import { killNamed } from '../../../runtime/process/process-state.ts';
import type { Engine } from '../../engine.ts';
import { handleExit } from '../lifecycle/exit.ts';
import { hasProcess } from '../record/container.ts';
import type { LiveContainer } from '../record/live-container.ts';

/** Milliseconds for its processes to exit. After that, the next check tries again. */
const END_DEADLINE = 5_000;

/**
 * From now on, ends every run whose monitor is gone: nobody else would report its exit or read its
 * output. Includes current runs.
 */
export function watchMonitors(engine: Engine): void {
  for (const container of engine.containers.all()) watchMonitor(engine, container);
  engine.events.listen(({ type, action, id }) => {
    // Other events have names as IDs, which may begin like a container's.
    if (type !== 'container' || action !== 'start') return;
    const container = engine.containers.find(id);
    if (container) watchMonitor(engine, container);
  });
}

function watchMonitor(engine: Engine, container: LiveContainer): void {
  const { state } = container.record;
  if (!hasProcess(container.record)) return;
  const isOver = () =>
    !hasProcess(container.record) || container.record.state.startedAt !== state.startedAt;
  engine.monitors.add(container.id, state, () => {
    if (isOver()) return;
    endUnmonitoredRun(engine, container, isOver)
      .catch((error) =>
        engine.log(`stopping ${container.record.name}, whose monitor is gone`, error),
      )
      .finally(() => {
        if (!isOver()) watchMonitor(engine, container);
      });
  });
}

async function endUnmonitoredRun(
  engine: Engine,
  container: LiveContainer,
  isOver: () => boolean,
): Promise<void> {
  const { record } = container;
  const { startedAt, monitorPid } = record.state;
  const exit = await readExit(engine.directories.exits, record.id);
  // Meanwhile the exit may have been reported, and another run may have begun.
  if (isOver()) return;
  if (exit) return handleExit(engine, container, exit.exitCode, exit.time, startedAt);
  engine.log(`the monitor of ${record.name} (${record.id}) is gone, so the container is stopped`);
  await killNamed(monitorPid, record.id);
  if (!(await killProcesses(record, END_DEADLINE))) {
    throw new Error(`processes of ${record.id} can't be killed yet`);
  }
  await handleExit(engine, container, DEAD_MONITOR_EXIT, new Date(), startedAt);
}

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { awaitedElsewhere, persistently } from '../../../errors.ts';
import { wasOutOfMemory } from '../../../runtime/cgroup/cgroup.ts';
import { ExitWatcher, type ProcessExit } from '../../../runtime/conmon/exit-file.ts';
import type { Engine } from '../../engine.ts';
import { stopHealthMonitor } from '../health/health-monitor.ts';
import { stopLogLimits } from '../logs/log-size.ts';
import { updateLinksTo } from '../network/etc-files.ts';
import { leaveNetworks } from '../network/join-networks.ts';
import { removeBundle } from '../process/bundle.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { exited, restarting } from '../record/transitions.ts';
import { removeLocked } from './remove.ts';
import { restartDelay } from './restart-policy.ts';
import { runOnce } from './start.ts';

/**
 * Handles the exit of a container's process: records it, cleans up, notifies waiting clients, and
 * applies the restart policy or `--rm`. With `run`, the start time of a run, does so only if that
 * run is still the current one.
 */
export async function handleExit(
  engine: Engine,
  container: LiveContainer,
  exitCode: number,
  finishedAt: Date,
  run?: string | null,
): Promise<void> {
  await container.lock.run(async () => {
    const { record } = container;
    if (run !== undefined && run !== record.state.startedAt) return;
    if (record.state.pid === 0) {
      // The exit file of a failed start, or of a run whose exit file remained after a crash.
      await forgetExit(engine, record.id);
      return;
    }
    stopHealthMonitor(container);
    stopLogLimits(container);
    const oomKilled = await wasOutOfMemory(record);
    await cleanUpRun(engine, container);
    const delay = restartDelay(
      record,
      exitCode,
      finishedAt,
      container.stopRequested,
      container.restartDelay,
    );
    const exit = { exitCode, oomKilled, finishedAt, stoppedByHand: container.stopRequested };
    await engine.containers.note(
      container,
      delay === undefined ? exited(record, exit) : restarting(record, exit),
    );
    await forgetExit(engine, record.id);
    await updateLinksTo(engine, record);
    if (oomKilled) publishContainerEvent(engine, record, 'oom');
    publishContainerEvent(engine, record, 'die', {
      exitCode: String(exitCode),
      execDuration: String(secondsBetween(record.state.startedAt, finishedAt)),
    });
    container.announceExit({ exitCode, error: '' });
    if (delay !== undefined) scheduleRestart(engine, container, delay);
    else if (record.hostConfig.AutoRemove) {
      await removeLocked(engine, container, { volumes: true });
    }
  });
}

function secondsBetween(start: string | null, end: Date): number {
  return start === null ? 0 : Math.max(0, Math.floor((end.getTime() - Date.parse(start)) / 1000));
}

/** How often to try a step of the cleanup while memory or descriptors lack, and milliseconds between. */
const TRIES = 5;
const PAUSE = 300;

/** Removes everything that a single run needed. Each step is idempotent and always tried. */
export async function cleanUpRun(engine: Engine, container: LiveContainer): Promise<void> {
  const { record } = container;
  const onFailure = (error: unknown) => engine.log(`cleaning up after ${record.id}`, error);
  const tried = (step: () => Promise<unknown>) =>
    // Each failure is in the log.
    persistently(step, { tries: TRIES, pause: PAUSE, onFailure }).catch(awaitedElsewhere);
  await Promise.all([
    tried(() => engine.crun.delete(record.id)),
    tried(() => leaveNetworks(engine, record)),
  ]);
  await tried(() => removeBundle(engine, record.id));
  await tried(() => engine.volumes.release(record.id));
}

/** Called after the record is saved, so that the exit code survives a crash in between. */
async function forgetExit(engine: Engine, id: string): Promise<void> {
  await rm(join(engine.directories.exits, id), { force: true }).catch((error) =>
    engine.log(`removing the exit file of ${id}`, error),
  );
}

function scheduleRestart(engine: Engine, container: LiveContainer, delay: number): void {
  container.restartDelay = delay;
  container.restartTimer = setTimeout(() => {
    container.lock
      .run(async () => {
        const { status, restartCount } = container.record.state;
        if (status === 'restarting') await runOnce(engine, container, restartCount);
      })
      .catch((error) => engine.log(`restarting ${container.id}`, error));
  }, delay);
}

/** Handles the exit of every container from now on, including containers that exited before. */
export function watchExits(engine: Engine): ExitWatcher {
  const handle = ({ name, exitCode, time }: ProcessExit) => {
    const container = engine.containers.find(name);
    // Without a container, the file remained from a removal that a crash interrupted.
    const handled = container
      ? handleExit(engine, container, exitCode, time)
      : forgetExit(engine, name);
    handled
      .catch((error) => engine.log(`handling the exit of ${name}`, error))
      .finally(() => watcher.forget(name));
  };
  const watcher: ExitWatcher = new ExitWatcher(engine.directories.exits, handle, (error) =>
    engine.log('looking for exited containers', error),
  );
  return watcher;
}

import { readdir } from 'node:fs/promises';
import { readExit } from '../../runtime/exit-file.ts';
import type { Engine } from '../engine.ts';
import { hasProcess, isActive } from './container.ts';
import { offNetwork } from './endpoint.ts';
import { cleanUpRun, handleExit } from './exit.ts';
import { startHealthMonitor } from './health-monitor.ts';
import type { LiveContainer } from './live-container.ts';
import { startLogLimits } from './log-limits.ts';
import { holdNetworks } from './network-run.ts';
import { removeLocked } from './remove.ts';
import { startsWithMachine } from './restart-policy.ts';
import { startContainer } from './start.ts';
import { volumesOf } from './volume-users.ts';

/** Exit code of a container whose end nobody saw: the machine lost its power. */
const UNKNOWN_EXIT = 255;

/**
 * Brings records and reality together when the agent starts: containers that went on running
 * without it are adopted, ends that it missed are handled, half-done starts and removals are taken
 * back or finished.
 */
export async function recoverContainers(engine: Engine): Promise<void> {
  const adopted = engine.containers.all().filter(({ record }) => hasProcess(record));
  for (const { record } of adopted) {
    holdNetworks(engine, record);
    engine.volumes.hold(volumesOf(record), record.id);
  }
  for (const container of engine.containers.all()) {
    try {
      await recover(engine, container);
    } catch (error) {
      engine.log(`recovering container ${container.id}`, error);
    }
  }
  await removeStrays(engine);
}

/** Starts what the restart policies want running. Failures are for the records and the log. */
export async function startRestartable(engine: Engine): Promise<void> {
  const wanted = engine.containers
    .all()
    .filter(
      ({ record }) =>
        record.state.status === 'restarting' ||
        (record.state.status === 'exited' && startsWithMachine(record)),
    );
  await Promise.all(
    wanted.map((container) =>
      startContainer(engine, container).catch((error) =>
        engine.log(`starting ${container.record.name}`, error),
      ),
    ),
  );
}

async function recover(engine: Engine, container: LiveContainer): Promise<void> {
  const { record } = container;
  if (record.state.status === 'removing') {
    await cleanUpRun(engine, container);
    await removeFully(engine, container);
    return;
  }
  if (record.hostConfig.AutoRemove && !isActive(record)) await removeFully(engine, container);
  if (!hasProcess(record)) return;
  if (record.state.bootId !== engine.bootId) {
    await handleExit(engine, container, UNKNOWN_EXIT, new Date());
    return;
  }
  const exit = await readExit(engine.directories.exits, record.id);
  if (exit) {
    await handleExit(engine, container, exit.exitCode, exit.time);
    return;
  }
  const state = await engine.crun.state(record.id);
  if (state?.status === 'running' || state?.status === 'paused') {
    if (state.status === 'paused' && record.state.status === 'running') {
      // For a commit, or by a pause that nobody was told of.
      await engine.crun.resume(record.id);
    } else if (state.status !== record.state.status) {
      await engine.containers.note(container, {
        ...record,
        state: { ...record.state, status: state.status },
      });
    }
    startHealthMonitor(engine, container);
    startLogLimits(engine, container);
    return;
  }
  if (state?.status === 'stopped' && isAlive(record.state.monitorPid)) return;
  await handleExit(engine, container, UNKNOWN_EXIT, new Date());
}

function removeFully(engine: Engine, container: LiveContainer): Promise<void> {
  const volumes = container.record.hostConfig.AutoRemove;
  return container.lock.run(() => removeLocked(engine, container, { volumes }));
}

/** Bundles and addresses without a running container: starts and ends that a crash cut short. */
async function removeStrays(engine: Engine): Promise<void> {
  const bundles = await readdir(engine.directories.bundle('')).catch(() => []);
  const addressed = engine.containers
    .all()
    .filter(({ record }) => Object.values(record.endpoints).some(({ endpointId }) => endpointId))
    .map(({ id }) => id);
  for (const id of new Set([...bundles, ...addressed])) {
    const container = engine.containers.find(id);
    if (container && hasProcess(container.record)) continue;
    if (container) {
      await cleanUpRun(engine, container);
      const { record } = container;
      await engine.containers.save(container, { ...record, ...offNetwork(record) });
    } else await engine.crun.delete(id).catch((error) => engine.log(`removing stray ${id}`, error));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

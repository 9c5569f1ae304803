import { cgroupIds, removeEmptyCgroup } from '../../../runtime/cgroup/cgroup.ts';
import { readExit } from '../../../runtime/conmon/exit-file.ts';
import { namesIn } from '../../../runtime/files/names-in.ts';
import { stateOfNamed } from '../../../runtime/process/process-state.ts';
import type { Engine } from '../../engine.ts';
import { startHealthMonitor } from '../health/health-monitor.ts';
import { cleanUpRun, handleExit } from '../lifecycle/exit.ts';
import { removeLocked } from '../lifecycle/remove.ts';
import { startsWithMachine } from '../lifecycle/restart-policy.ts';
import { startContainer } from '../lifecycle/start.ts';
import { startLogLimits } from '../logs/log-size.ts';
import { holdNetworks } from '../network/join-networks.ts';
import { reconnect } from '../network/reconnect.ts';
import { hasProcess, isActive } from '../record/container.ts';
import { offNetwork } from '../record/endpoint.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { unpaused } from '../record/transitions.ts';
import { volumesOf } from '../record/volume-users.ts';
import { adoptRestored, removeLeftovers } from './unreadable-containers.ts';

/** IDs of containers. Users may have created other cgroups. */
const ID = /^[0-9a-f]{64}$/;

/** Exit code of a container whose exit nobody recorded, for example after a power failure. */
const UNKNOWN_EXIT = 255;

/**
 * Makes records match reality when the agent starts: adopts containers that kept running without
 * it, handles exits that it missed, and undoes or finishes interrupted starts and removals. The caller
 * removes `ofBuilds`, most of which never had records.
 */
export async function recoverContainers(
  engine: Engine,
  ofBuilds: ReadonlySet<string> = new Set(),
): Promise<void> {
  await adoptRestored(engine);
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
  await removeStrays(engine, ofBuilds);
}

/**
 * Starts the containers that their restart policies require. Failures go to the records and the
 * log.
 */
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
  if (record.state.status === 'removing' || (record.hostConfig.AutoRemove && !isActive(record))) {
    // The crash may have interrupted a start.
    await cleanUpRun(engine, container);
    await removeFully(engine, container);
    return;
  }
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
      // It was frozen for a commit, or by a pause that was never confirmed.
      await engine.crun.resume(record.id);
    } else if (state.status !== record.state.status) {
      await engine.containers.note(container, unpaused(record));
    }
    startHealthMonitor(engine, container);
    startLogLimits(engine, container);
    await reconnect(engine, record);
    return;
  }
  // Its monitor is about to report the exit.
  const monitor = await stateOfNamed(record.state.monitorPid, record.id);
  if (state?.status === 'stopped' && monitor !== 'gone') return;
  await handleExit(engine, container, UNKNOWN_EXIT, new Date());
}

function removeFully(engine: Engine, container: LiveContainer): Promise<void> {
  const volumes = container.record.hostConfig.AutoRemove;
  return container.lock.run(() => removeLocked(engine, container, { volumes }));
}

/**
 * Removes the remains of runs without a running container: a crash interrupted their start or exit.
 */
async function removeStrays(engine: Engine, ofBuilds: ReadonlySet<string>): Promise<void> {
  const { directories, containers } = engine;
  const addressed = containers
    .all()
    .filter(({ record }) => Object.values(record.endpoints).some(({ endpointId }) => endpointId))
    .map(({ id }) => id);
  const strays = new Set([
    ...(await namesIn(directories.bundle(''))),
    ...(await namesIn(directories.networkNamespace(''))),
    // crun also keeps a cache here.
    ...(await namesIn(directories.runtimeRoot)).filter((name) => !name.startsWith('.')),
    ...addressed,
  ]);
  for (const id of strays) {
    const container = containers.find(id);
    // Builds that run as the classic builder does have containers with records.
    if (!container && ofBuilds.has(id)) continue;
    if (container && hasProcess(container.record)) continue;
    const removal = container ? takeBackRun(engine, container) : removeLeftovers(engine, id);
    await removal.catch((error) => engine.log(`removing the remains of ${id}`, error));
  }
  for (const id of await cgroupIds()) {
    if (!ID.test(id) || ofBuilds.has(id) || containers.find(id)) continue;
    await removeEmptyCgroup(id).catch((error) => engine.log(`removing the cgroup ${id}`, error));
  }
}

async function takeBackRun(engine: Engine, container: LiveContainer): Promise<void> {
  await cleanUpRun(engine, container);
  const { record } = container;
  await engine.containers.note(container, { ...record, ...offNetwork(record) });
}

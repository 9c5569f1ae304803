import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../../errors.ts';
import { attachSocketPath } from '../../../runtime/conmon/conmon.ts';
import type { Engine } from '../../engine.ts';
import { Undo } from '../../undo.ts';
import { healthAtStart, startHealthMonitor } from '../health/health-monitor.ts';
import { logDriver } from '../logs/log-config.ts';
import { startLogLimits } from '../logs/log-size.ts';
import { mountRoot } from '../mounts/root-file-system.ts';
import { joinNetworks } from '../network/join-networks.ts';
import { removeBundle, writeBundle } from '../process/bundle.ts';
import { requireDeviceDrivers } from '../process/device-drivers.ts';
import { startFailure } from '../process/start-failure.ts';
import { isActive } from '../record/container.ts';
import { publishContainerEvent } from '../record/event.ts';
import type { LiveContainer } from '../record/live-container.ts';
import { started, startFailed } from '../record/transitions.ts';
import { removeLocked } from './remove.ts';

/**
 * Starts a container. Resolves once the host has opened its published ports. Rejects with
 * EngineError 'not-modified' if it already runs. A failed start leaves only its exit code and
 * message in the record.
 */
export async function startContainer(engine: Engine, container: LiveContainer): Promise<void> {
  await container.lock.run(async () => {
    const { status } = container.record.state;
    if (status === 'paused') {
      throw new EngineError('conflict', 'cannot start a paused container, try unpause instead');
    }
    if (status === 'removing' || status === 'dead') {
      throw new EngineError('conflict', 'container is marked for removal and cannot be started');
    }
    if (status === 'running') throw new EngineError('not-modified', 'container already started');
    container.restartDelay = undefined;
    await runOnce(engine, container, 0, true);
  });
  if (container.record.publishedPorts.length > 0) await engine.hostPorts.seenTo(container.id);
}

/**
 * Starts one run of the container. `restartCount` is the number of restarts by its restart policy
 * since a user started it. If the host can't open a port, a run with `needsPorts` fails, and other
 * runs get the port once it is free. The caller holds the lock.
 */
export async function runOnce(
  engine: Engine,
  container: LiveContainer,
  restartCount: number,
  needsPorts = false,
): Promise<void> {
  clearTimeout(container.restartTimer);
  container.stopRequested = false;
  const undo = new Undo();
  try {
    await bringUp(engine, container, { restartCount, needsPorts }, undo);
  } catch (cause) {
    await undo.rollback((error) => engine.log(`undoing the start of ${container.id}`, error));
    const failure = startFailure(cause, container.record.argv[0] ?? '');
    await recordFailure(engine, container, failure.exitCode, failure.error.message);
    container.cancelAttachments();
    if (container.record.hostConfig.AutoRemove) {
      await removeLocked(engine, container, { volumes: true });
    }
    throw failure.error;
  }
  publishContainerEvent(engine, container.record, 'start');
  startHealthMonitor(engine, container);
  startLogLimits(engine, container);
}

async function bringUp(
  engine: Engine,
  container: LiveContainer,
  { restartCount, needsPorts }: { restartCount: number; needsPorts: boolean },
  undo: Undo,
): Promise<void> {
  const { id, config } = container.record;
  const { directories, containers, crun } = engine;
  requireDeviceDrivers(container.record.hostConfig);
  const bundle = directories.bundle(id);
  // The exit file of an earlier run would end this one.
  await rm(join(directories.exits, id), { force: true });
  undo.add(() => engine.volumes.release(id));
  undo.add(() => removeBundle(engine, id));
  await mkdir(bundle, { recursive: true, mode: 0o700 });
  // Waits for both before a failure is reported: steps that still run can't be undone.
  const [root, network] = await Promise.allSettled([
    mountRoot(engine, container.record),
    joinNetworks(engine, container, undo, needsPorts),
  ]);
  if (root.status === 'rejected') throw root.reason;
  if (network.status === 'rejected') throw network.reason;
  await writeBundle(engine, container, root.value);
  container.secretEnv = [];

  undo.add(() => crun.delete(id));
  const { pid, monitorPid } = await engine.processes.create({
    id,
    name: container.record.name,
    tty: config.Tty,
    stdin: config.OpenStdin,
    log: logDriver(container.record.hostConfig.LogConfig) !== 'none',
    // conmon would close a terminal's input for good when its first client detaches.
    leaveStdinOpen: config.OpenStdin && (config.Tty || !config.StdinOnce),
  });
  container.connectAttachments(attachSocketPath(bundle));

  // Saved before the process begins: if the agent crashes now, it finds a container that was
  // created and not started, and removes that container.
  await containers.save(
    container,
    started(container.record, {
      ...{ pid, monitorPid, bootId: engine.bootId, startedAt: new Date() },
      ...{ restartCount, health: healthAtStart(container.record) },
    }),
  );
  await crun.start(id);
}

async function recordFailure(
  engine: Engine,
  container: LiveContainer,
  exitCode: number,
  error: string,
): Promise<void> {
  const { record } = container;
  await engine.containers.note(container, startFailed(record, { exitCode, error }));
  if (isActive(record)) container.announceExit({ exitCode, error });
}

import { mkdir } from 'node:fs/promises';
import type { MachineStatus } from '../../api/machine.ts';
import { removeTemporaryFiles, writeFileAtomic } from '../atomic-file.ts';
import { createSwitchedSocket } from '../bridge/switched-socket.ts';
import type { EngineClient } from '../engine/client.ts';
import { listContainers } from '../engine/containers.ts';
import { createEngineClient } from '../engine/http-client.ts';
import { engineActivity } from '../engine/system.ts';
import type { MachineDriver } from '../machine/drivers.ts';
import { imageVersion } from '../machine/image-manifest.ts';
import { Lifecycle } from '../machine/lifecycle.ts';
import { machinePaths } from '../machine/paths.ts';
import { findGuestImage, guestArchitecture } from '../machine/resources.ts';
import { readLastStatus } from '../machine/status-file.ts';
import { machineSettings } from '../settings/machine-settings.ts';
import { readSettingsOrDefaults } from '../settings/store.ts';
import { serveControl } from './control-server.ts';
import { acquireLock } from './lock.ts';
import { restWhenIdle } from './rest.ts';

export interface SupervisorOptions {
  readonly home: string;
  readonly name: string;
  readonly driver: MachineDriver;
  /** Called once callers can connect. */
  readonly onReady: () => void;
  /** How often to look whether the machine is needed, in milliseconds. */
  readonly idleCheckMs?: number;
  /** Aborts when this process is asked to end: the machine is stopped first. */
  readonly signal: AbortSignal;
}

/** How often to look whether the machine is needed. */
const idleCheckMs = 10_000;

/** A supervisor that nobody asks to start anything goes away after this. */
const idleMs = 10_000;

/** A container runs, something is built or pulled, or somebody is logged in: besides the bridge. */
async function isBusy(engine: EngineClient): Promise<boolean> {
  const { Requests, Connections } = await engineActivity(engine);
  return Requests > 0 || Connections > 1 || (await listContainers(engine)).length > 0;
}

/**
 * Owns one machine: takes over one that runs, serves callers, and returns once the machine is down
 * and nobody waits for an answer. Returns at once when the machine has a supervisor already.
 */
export async function runSupervisor(options: SupervisorOptions): Promise<void> {
  const { home, name, driver, signal } = options;
  const paths = machinePaths(home, name);
  await mkdir(paths.directory, { recursive: true, mode: 0o700 });
  const lock = acquireLock(paths.lock);
  if (!lock) return;
  await removeTemporaryFiles(paths.directory);

  const settings = machineSettings(home, name);
  const architecture = guestArchitecture();
  const image = () => findGuestImage(architecture);
  const machine = driver({ paths, architecture, image });
  const { cpus, memoryMiB, diskGiB } = await readSettingsOrDefaults(settings);
  const initial: MachineStatus = {
    ...{ name, driver: machine.driver, cpus, memoryMiB, diskGiB },
    ...(await readLastStatus(paths.status)),
    state: 'stopped',
  };
  const engineSocket = createSwitchedSocket(paths.engineSocket);
  const lifecycle = new Lifecycle({
    ...{ name, machine, paths, initial, engineSocket },
    settings: () => settings.read(),
    image: () => imageVersion(image()),
  });
  const engine = createEngineClient(paths.engineSocket);
  const ending = new AbortController();
  restWhenIdle({
    ...{ machine: lifecycle, engineSocket, signal: ending.signal },
    idleMinutes: async () => (await settings.read()).idleStopMinutes,
    isBusy: () => isBusy(engine),
    intervalMs: options.idleCheckMs ?? idleCheckMs,
  });

  const { promise: over, resolve: finish } = Promise.withResolvers<void>();
  let idle = setTimeout(() => {}, 0);
  const isDown = () => {
    const { state, asleep } = lifecycle.status;
    return (state === 'stopped' && !asleep) || state === 'suspended' || state === 'failed';
  };
  /** Callers that have just been told of the end may have another wish. */
  const endWhenDown = (afterMs: number) => {
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (!isDown() || control.pending > 0) return;
      control.refuseStarts();
      finish();
    }, afterMs);
  };

  let saved = Promise.resolve();
  lifecycle.events.on('status', (status) => {
    const text = JSON.stringify(status);
    console.log(`${new Date().toISOString()} ${text}`);
    saved = saved.then(() => writeFileAtomic(paths.status, text)).catch(console.error);
    if (isDown()) endWhenDown(0);
  });
  const control = await serveControl(paths.controlSocket, lifecycle, machine, () => endWhenDown(0));
  signal.addEventListener('abort', () => {
    lifecycle.leave().then(() => endWhenDown(0), console.error);
  });

  await lifecycle.adopt();
  options.onReady();
  if (isDown()) endWhenDown(idleMs);
  await over;
  ending.abort();
  // In this order: whoever no longer finds the socket reads the file.
  await saved;
  await control.close();
  lock.release();
}

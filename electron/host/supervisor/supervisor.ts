import type { MachineStatus, SupervisorProgram } from '../../api/machine.ts';
import type { Settings } from '../../api/settings.ts';
import { removeTemporaryFiles, writeFileAtomic } from '../base/atomic-file.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { Retries } from '../base/retries.ts';
import { createEngineClient } from '../engine/connection/http-client.ts';
import { listContainers } from '../engine/containers.ts';
import { engineActivity } from '../engine/system.ts';
import { acquireLock } from '../home/lock.ts';
import { ensureMachineDirectory } from '../home/machine-directory.ts';
import { accelerationPath, type MachinePaths, machinePaths } from '../home/paths.ts';
import { guestArchitecture } from '../home/resources.ts';
import { readLastStatus } from '../home/status-file.ts';
import { machineSettings } from '../settings/machine-settings.ts';
import { readSettingsOrDefaults, type SettingsStore } from '../settings/store.ts';
import { createBootImages } from './boot/boot-images.ts';
import { createSwitchedSocket } from './bridge/switched-socket.ts';
import { serveControl } from './control-server.ts';
import type { MachineDriver } from './drivers.ts';
import { serveKubePort } from './kube-port.ts';
import { Lifecycle } from './lifecycle/lifecycle.ts';
import { restWhenIdle } from './rest.ts';
import { selectDriver } from './select-driver.ts';
import { createUnavailableMachine } from './unavailable-machine.ts';

const log = loggerOf('supervisor');

export interface SupervisorOptions {
  readonly home: string;
  readonly name: string;
  /** Absent: the driver that `selectDriver` chooses. */
  readonly driver?: MachineDriver;
  /** The program of this process. */
  readonly program?: SupervisorProgram;
  /** Called when callers can connect. */
  readonly onReady: () => void;
  /** The interval for checking whether the VM is needed, in milliseconds. */
  readonly idleCheckMs?: number;
  /** Aborts when this process should exit; the VM is stopped first. */
  readonly signal: AbortSignal;
}

/** The interval for checking whether the VM is needed, in milliseconds. */
const idleCheckMs = 10_000;

/**
 * How long a background process waits for a call to start something before it exits, in
 * milliseconds.
 */
const idleMs = 10_000;

/** Applies changed settings to the running VM, where possible. */
async function adjustToSettings(
  machine: Lifecycle,
  settings: SettingsStore,
  signal: AbortSignal,
): Promise<void> {
  await keepFollowing('Following the settings', settings, signal, () => machine.adjust());
}

/** A driver; without one, a VM whose starts fail with the reason. */
async function selectOrRefuse(
  paths: MachinePaths,
  { hypervisor: choice, accelerator }: Pick<Settings, 'hypervisor' | 'accelerator'>,
  accelerationRecord: string,
): Promise<{ create: MachineDriver; paths: MachinePaths }> {
  const { platform, env: environment } = process;
  const host = { platform, environment, architecture: guestArchitecture() };
  try {
    return await selectDriver({ ...host, paths, accelerator, accelerationRecord }, choice);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    log.warn('Choosing a driver', error);
    return { create: () => createUnavailableMachine(choice, error), paths };
  }
}

/** Also applies changed address settings. */
async function followNames(
  machine: Lifecycle,
  settings: SettingsStore,
  signal: AbortSignal,
): Promise<void> {
  let known: string | undefined;
  await keepFollowing('Following the address settings', settings, signal, async () => {
    const { containerNames } = await readSettingsOrDefaults(settings);
    if (containerNames === known) return;
    known = containerNames;
    // Without an engine, there is nothing to do now; the settings are read again when it answers.
    await log.attempt('Updating ports', machine.publishedPorts(), 'warn');
  });
}

/** Runs `look` now and after each change of the settings, whatever fails. Never rejects. */
async function keepFollowing(
  what: string,
  settings: SettingsStore,
  signal: AbortSignal,
  look: () => Promise<void>,
): Promise<void> {
  const retries = new Retries(log, what);
  while (!signal.aborted) {
    try {
      for await (const _ of settings.changes(signal)) {
        await look();
        retries.succeeded();
      }
    } catch (error) {
      await retries.failed(error, signal);
    }
  }
}

/**
 * Owns one VM: takes over a running one, serves callers, and returns when the VM is down and no
 * caller waits for an answer. Returns immediately if the VM already has a background process.
 */
export async function runSupervisor(options: SupervisorOptions): Promise<void> {
  const { home, name, driver, signal } = options;
  const files = machinePaths(home, name);
  await ensureMachineDirectory(home, name);
  const lock = acquireLock(files.lock);
  if (!lock) return;
  await removeTemporaryFiles(files.directory);

  const settings = machineSettings(home, name);
  const architecture = guestArchitecture();
  const images = createBootImages(home, architecture, files);
  const initially = await readSettingsOrDefaults(settings);
  const { cpus, memoryMiB, diskGiB } = initially;
  const { create, paths } = driver
    ? { create: driver, paths: files }
    : await selectOrRefuse(files, initially, accelerationPath(home));
  const machine = create({
    paths,
    accelerationRecord: accelerationPath(home),
    architecture,
    image: images.files,
  });
  const initial: MachineStatus = {
    ...{ name, cpus, memoryMiB, diskGiB },
    ...(await readLastStatus(paths.status)),
    ...{ driver: machine.driver, state: 'stopped' },
  };
  const engineSocket = createSwitchedSocket(paths.engineSocket);
  const kubeSocket = createSwitchedSocket(paths.kubeSocket);
  const lifecycle = new Lifecycle({
    ...{ name, machine, paths, initial, engineSocket, kubeSocket },
    settings: () => settings.read(),
    ...{ image: images.version, images },
  });
  const engine = createEngineClient(paths.engineSocket);
  const ending = new AbortController();

  const { promise: over, resolve: finish } = Promise.withResolvers<void>();
  let idle = setTimeout(() => {}, 0);
  const isDown = () => {
    const { state, asleep } = lifecycle.status;
    return (state === 'stopped' && !asleep) || state === 'suspended' || state === 'failed';
  };
  /** Until then, the process that started this one may make its call; other callers only watch. */
  let keptUntil = 0;
  /** After a delay: callers that just learned of the end may have another request. */
  const endWhenDown = () => {
    clearTimeout(idle);
    const end = () => {
      if (!isDown() || control.pending > 0) return;
      control.refuseStarts();
      finish();
    };
    idle = setTimeout(end, Math.max(0, keptUntil - performance.now()));
  };

  let saved = Promise.resolve();
  lifecycle.events.on('status', (status) => {
    const text = JSON.stringify(status);
    log.info(text);
    saved = saved
      .then(() => writeFileAtomic(paths.status, text))
      .catch((error) => log.error('Saving the status', error));
    if (!isDown()) return;
    keptUntil = 0;
    endWhenDown();
  });
  const adopted = Promise.withResolvers<void>();
  const control = await serveControl(paths.controlSocket, {
    ...{ lifecycle, machine, program: options.program, ready: adopted.promise },
    ...{ onIdle: endWhenDown, onHandedOver: finish },
  });
  signal.addEventListener('abort', () => {
    adopted.promise
      .then(() => lifecycle.leave())
      .then(endWhenDown, (error) => log.error('Stopping the VM', error));
  });

  // Earlier, a call could start a second hypervisor, or report a running VM as stopped.
  await lifecycle.adopt().finally(adopted.resolve);
  await restWhenIdle({
    ...{ machine: lifecycle, sockets: [engineSocket, kubeSocket], signal: ending.signal },
    idleMinutes: async () => (await settings.read()).idleStopMinutes,
    activity: () => engineActivity(engine),
    runsContainers: async () => (await listContainers(engine, { looksOn: true })).length > 0,
    intervalMs: options.idleCheckMs ?? idleCheckMs,
  });
  await log.attempt(
    'Serving the port for kubectl',
    serveKubePort(paths, () => kubeSocket.open(), ending.signal),
    'warn',
  );
  options.onReady();
  // Neither rejects.
  void adjustToSettings(lifecycle, settings, ending.signal);
  void followNames(lifecycle, settings, ending.signal);
  keptUntil = performance.now() + idleMs;
  if (isDown()) endWhenDown();
  await over;
  ending.abort();
  // In this order, because callers that don't find the socket read the file.
  await saved;
  await control.close();
  lock.release();
}

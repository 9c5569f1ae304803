import { setTimeout as sleep } from 'node:timers/promises';
import type { Activity } from '../../../guest-agent/contract/endpoints/activity.ts';
import type { MachineStatus } from '../../api/machine.ts';
import { loggerOf } from '../base/log.ts';
import type { ForwardedSocket } from './bridge/engine-socket.ts';
import type { SwitchedSocket } from './bridge/switched-socket.ts';

const log = loggerOf('lifecycle');

/** The parts of a VM that sleep needs. */
export interface Restful {
  readonly status: MachineStatus;
  readonly events: { on(event: 'status', listener: (status: MachineStatus) => void): unknown };
  start(): Promise<void>;
  rest(): Promise<void>;
}

export interface RestOptions {
  readonly machine: Restful;
  /** Callers of these wake the VM. */
  readonly sockets: readonly SwitchedSocket[];
  /** Read each time, so that a changed setting takes effect immediately. 0: never. */
  readonly idleMinutes: () => Promise<number>;
  /** Questions to the engine that don't count as requests. */
  readonly activity: () => Promise<Activity>;
  readonly runsContainers: () => Promise<boolean>;
  /** The check interval, in milliseconds. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * Stops an idle VM: no container has run, nobody has been logged in, and the sockets have been quiet
 * for a while. The sockets stay open: the next caller waits until the VM is up again and is then
 * served. Resolves immediately. For a VM that already slept under a killed background process,
 * resolves when its sockets are open.
 */
export async function restWhenIdle(options: RestOptions): Promise<void> {
  const { machine, sockets } = options;
  let resting: Promise<ForwardedSocket[]> | undefined;

  const wakeFrom = (socket: SwitchedSocket) => async () => {
    await machine.start();
    return socket.open();
  };
  const keepSockets = async () => {
    resting = Promise.all(sockets.map((socket) => socket.lead(wakeFrom(socket))));
    await resting;
  };
  machine.events.on('status', ({ state, asleep }) => {
    const down = (state === 'stopped' && !asleep) || state === 'suspended' || state === 'failed';
    if (!down) return;
    // Stopped on purpose: callers must not wait for it.
    resting
      ?.then((forwarded) => Promise.all(forwarded.map((socket) => socket.close())))
      .catch((error) => log.warn("Closing the sleeping VM's sockets", error));
    resting = undefined;
  });
  void watchIdleness(options, async () => {
    // The VM may have been stopped during the check.
    if (machine.status.state !== 'running') return;
    // Before the VM stops, so that a caller at this moment finds the sockets open.
    await keepSockets();
    await machine.rest();
  }).catch((error) => {
    if (!options.signal.aborted) log.error('Checking whether the VM is idle', error);
  });
  if (machine.status.asleep) await keepSockets();
}

async function watchIdleness(
  { machine, idleMinutes, activity, runsContainers, intervalMs, signal }: RestOptions,
  onIdle: () => Promise<void>,
): Promise<void> {
  let begun: number | undefined;
  let since = performance.now();
  /** No request is active, and none came since the last check. */
  const isQuiet = async () => {
    const { Requests, RequestsBegun, Connections } = await activity();
    const used = RequestsBegun !== begun;
    begun = RequestsBegun;
    // One of the connections is the bridge's.
    return !used && Requests === 0 && Connections <= 1;
  };
  const isIdle = async () => machine.status.state === 'running' && (await isQuiet());
  for (;;) {
    await sleep(intervalMs, undefined, { signal, ref: false });
    const minutes = (await log.attempt('Reading the settings', idleMinutes())) ?? 0;
    // An engine that doesn't answer may be busy.
    const idle = minutes > 0 && ((await log.attempt('Asking for activity', isIdle())) ?? false);
    if (!idle) since = performance.now();
    if (!idle || performance.now() - since < minutes * 60_000) continue;
    const busy = (await log.attempt('Asking for running containers', runsContainers())) ?? true;
    since = performance.now();
    if (!busy) await log.attempt('Putting the VM to sleep', onIdle(), 'warn');
  }
}

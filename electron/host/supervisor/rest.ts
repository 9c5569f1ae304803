import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineStatus } from '../../api/machine.ts';
import { logError } from '../base/log.ts';
import type { ForwardedSocket } from './bridge/engine-socket.ts';
import type { SwitchedSocket } from './bridge/switched-socket.ts';

/** The parts of a VM that sleep needs. */
export interface Restful {
  readonly status: MachineStatus;
  readonly events: { on(event: 'status', listener: (status: MachineStatus) => void): unknown };
  start(): Promise<void>;
  rest(): Promise<void>;
}

export interface RestOptions {
  readonly machine: Restful;
  readonly engineSocket: SwitchedSocket;
  /** Read each time, so that a changed setting takes effect immediately. 0: never. */
  readonly idleMinutes: () => Promise<number>;
  /** Whether activity that doesn't show on the socket needs the VM. */
  readonly isBusy: () => Promise<boolean>;
  /** The check interval, in milliseconds. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * Stops an idle VM: no container has run, nobody has been logged in, and the engine's socket has
 * been quiet for a while. The socket stays open: the next caller waits until the VM is up again and
 * is then served. Resolves immediately. For a VM that already slept under a killed background
 * process, resolves when its socket is open.
 */
export async function restWhenIdle(options: RestOptions): Promise<void> {
  const { machine, engineSocket } = options;
  let resting: Promise<ForwardedSocket> | undefined;

  const wake = async () => {
    await machine.start();
    return engineSocket.open();
  };
  const keepSocket = async () => {
    resting = engineSocket.lead(wake);
    await resting;
  };
  machine.events.on('status', ({ state, asleep }) => {
    const down = (state === 'stopped' && !asleep) || state === 'suspended' || state === 'failed';
    if (!down) return;
    // Stopped on purpose: callers must not wait for it.
    resting
      ?.then((socket) => socket.close())
      .catch((error) => logError("Closing the sleeping VM's socket", error));
    resting = undefined;
  });
  void watchIdleness(options, async () => {
    // The VM may have been stopped during the check.
    if (machine.status.state !== 'running') return;
    // Before the VM stops, so that a caller at this moment finds the socket open.
    await keepSocket();
    await machine.rest();
  }).catch((error) => {
    if (!options.signal.aborted) logError('Checking whether the VM is idle', error);
  });
  if (machine.status.asleep) await keepSocket();
}

async function watchIdleness(
  { machine, engineSocket, idleMinutes, isBusy, intervalMs, signal }: RestOptions,
  onIdle: () => Promise<void>,
): Promise<void> {
  let traffic = -1;
  let since = performance.now();
  for (;;) {
    await sleep(intervalMs, undefined, { signal, ref: false });
    const minutes = await idleMinutes().catch(() => 0);
    const used = engineSocket.traffic !== traffic;
    traffic = engineSocket.traffic;
    const idle = minutes > 0 && machine.status.state === 'running' && !used;
    if (!idle) since = performance.now();
    if (!idle || performance.now() - since < minutes * 60_000) continue;
    // Asking causes traffic itself, so it comes last.
    const busy = await isBusy().catch(() => true);
    traffic = engineSocket.traffic;
    since = performance.now();
    if (!busy) await onIdle().catch((error) => logError('Putting the VM to sleep', error));
  }
}

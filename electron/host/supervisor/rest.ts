import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineStatus } from '../../api/machine.ts';
import { loggerOf } from '../base/log.ts';
import type { ForwardedSocket } from './bridge/engine-socket.ts';
import type { SwitchedSocket } from './bridge/switched-socket.ts';

const log = loggerOf('lifecycle');

/** What of a machine is needed to let it rest. */
export interface Restful {
  readonly status: MachineStatus;
  readonly events: { on(event: 'status', listener: (status: MachineStatus) => void): unknown };
  start(): Promise<void>;
  rest(): Promise<void>;
}

export interface RestOptions {
  readonly machine: Restful;
  readonly engineSocket: SwitchedSocket;
  /** Asked each time, so that a change of the setting takes effect at once. 0: never. */
  readonly idleMinutes: () => Promise<number>;
  /** Whether something needs it that nothing may be heard of on the socket. */
  readonly isBusy: () => Promise<boolean>;
  /** How often to look, in milliseconds. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * Stops a machine that nobody needs: no container has run, nobody is logged in, and nothing has gone through the
 * engine's socket, for a while. The socket stays: whoever calls on it next waits until the machine
 * is up again, and is served. Resolves at once; for a machine that rests already, as it did with a
 * supervisor that was killed, once its socket is there.
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
    // Stopped for good: nobody is to wait for it.
    resting
      ?.then((socket) => socket.close())
      .catch((error) => log.warn("Closing the resting machine's socket", error));
    resting = undefined;
  });
  void watchIdleness(options, async () => {
    // It may have been stopped while it was asked.
    if (machine.status.state !== 'running') return;
    // Before the machine goes down, so that a caller at this moment finds the socket open.
    await keepSocket();
    await machine.rest();
  }).catch((error) => {
    if (!options.signal.aborted) log.error('The machine no longer rests when idle', error);
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
    const minutes = (await log.attempt('Reading the settings', idleMinutes())) ?? 0;
    const used = engineSocket.traffic !== traffic;
    traffic = engineSocket.traffic;
    const idle = minutes > 0 && machine.status.state === 'running' && !used;
    if (!idle) since = performance.now();
    if (!idle || performance.now() - since < minutes * 60_000) continue;
    // Asking is traffic of our own, and comes last for that reason.
    const busy = (await log.attempt('Asking whether the machine is used', isBusy())) ?? true;
    traffic = engineSocket.traffic;
    since = performance.now();
    if (!busy) await log.attempt('Letting the machine rest', onIdle(), 'warn');
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Activity } from '../../../guest-agent/contract/endpoints/activity.ts';
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
  /** Questions to the engine that don't count as requests. */
  readonly activity: () => Promise<Activity>;
  readonly runsContainers: () => Promise<boolean>;
  /** How often to look, in milliseconds. */
  readonly intervalMs: number;
  readonly signal: AbortSignal;
}

/**
 * Stops a machine that nobody needs: no container runs, and for a while nobody has been logged in and
 * no request has come, other than from clients that only look on. The engine counts the requests. The
 * socket stays: the next call waits until the machine is up again, and is served. Resolves at once;
 * for a machine that rests already, because its supervisor was killed, once its socket is there.
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
  { machine, idleMinutes, activity, runsContainers, intervalMs, signal }: RestOptions,
  onIdle: () => Promise<void>,
): Promise<void> {
  let begun: number | undefined;
  let since = performance.now();
  /** Nothing is under way, and nothing was since the last look. */
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
    // An engine that doesn't answer may be at work.
    const idle = minutes > 0 && ((await log.attempt('Asking for activity', isIdle())) ?? false);
    if (!idle) since = performance.now();
    if (!idle || performance.now() - since < minutes * 60_000) continue;
    const busy = (await log.attempt('Asking for running containers', runsContainers())) ?? true;
    since = performance.now();
    if (!busy) await log.attempt('Letting the machine rest', onIdle(), 'warn');
  }
}

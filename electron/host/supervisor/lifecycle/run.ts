import { setTimeout as sleep } from 'node:timers/promises';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import type { Boot } from '../boot/boot.ts';
import { exec } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import type { Machine, MachineExit } from '../machine.ts';

const log = loggerOf('lifecycle');

/** A machine from one start, or one take-over, to its end. */
export interface Run {
  /** Ends what `boot` has made. Both are others once the start goes on emulated. */
  controller: AbortController;
  boot: Boot;
  /** Rejects with HostError: 'machine-failed', or 'cancelled' when the machine is stopped. */
  started: Promise<void>;
  exit?: Promise<MachineExit>;
  /** The step under way; settles soon after the controller aborts. */
  action?: Promise<void>;
  /** Aborted once the machine is meant to go down: its end is no failure. */
  readonly ending: AbortController;
}

const defaultGraceMs = 40_000;
/** How long a step that was cut off may take to give up. */
const settleMs = 20_000;

/** Asks the guest to power off, then ends the hypervisor, at the latest after `graceMs`. */
export async function endInOrder(
  run: Run,
  machine: Machine,
  graceMs: number = defaultGraceMs,
): Promise<void> {
  if (run.boot.bridge) await powerOff(run, run.boot.bridge, graceMs);
  await machine.stop();
}

async function powerOff(run: Run, bridge: Bridge, graceMs: number): Promise<void> {
  const grace = sleep(graceMs, undefined, { ref: false });
  // Without a connection, or without the command, there is nothing to wait for.
  const refused = log
    .attempt('Powering the guest off', exec(bridge, guestPaths.powerOff))
    .then((result) => (result?.code === 0 || result?.code === null ? grace : undefined));
  await Promise.race([run.exit, refused, grace]);
}

/** Ends all that a run has made on this side, and a hypervisor that is still there. */
export async function release(run: Run, machine: Machine): Promise<void> {
  run.controller.abort(new HostError('cancelled', 'The machine is going down'));
  // A launch that is cut off must not leave its process behind.
  const settled = Promise.allSettled([run.action]);
  await Promise.race([settled, sleep(settleMs, undefined, { ref: false })]);
  await machine.kill();
  await run.boot.ended;
}

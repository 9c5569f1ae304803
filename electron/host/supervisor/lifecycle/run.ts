import { setTimeout as sleep } from 'node:timers/promises';
import { guestPaths } from '../../../../guest-agent/contract/paths.ts';
import { HostError } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import type { Boot } from '../boot/boot.ts';
import { exec } from '../bridge/channels.ts';
import type { Bridge } from '../bridge/connection.ts';
import type { Machine, MachineExit } from '../machine.ts';

const log = loggerOf('lifecycle');

/** A VM from one start, or takeover, to its end. */
export interface Run {
  /** Ends what `boot` created. Both are replaced if the start continues with emulation. */
  controller: AbortController;
  boot: Boot;
  /** Rejects with HostError: 'machine-failed', or 'cancelled' if the VM is stopped. */
  started: Promise<void>;
  exit?: Promise<MachineExit>;
  /** The current step; settles soon after the controller aborts. */
  action?: Promise<void>;
  /** Aborted when the VM is meant to stop, so that its end isn't a failure. */
  readonly ending: AbortController;
}

const defaultGraceMs = 40_000;
/** How long an aborted step may take to end. */
const settleMs = 20_000;

/** Asks the VM to power off, then ends the hypervisor, at the latest after `graceMs`. */
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
  // Without a connection, or if the command fails, there is nothing to wait for.
  const refused = log
    .attempt('Powering the guest off', exec(bridge, guestPaths.powerOff))
    .then((result) => (result?.code === 0 || result?.code === null ? grace : undefined));
  await Promise.race([run.exit, refused, grace]);
}

/** Ends everything that a run created on the host, and the hypervisor if it is still running. */
export async function release(run: Run, machine: Machine): Promise<void> {
  run.controller.abort(new HostError('cancelled', 'The VM is stopping'));
  // An aborted launch must not leave its process behind.
  const settled = Promise.allSettled([run.action]);
  await Promise.race([settled, sleep(settleMs, undefined, { ref: false })]);
  await machine.kill();
  await run.boot.ended;
}

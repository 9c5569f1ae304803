import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { createEngineClient } from '../../engine/connection/http-client.ts';
import { prepareSleep, wakeEngine } from '../../engine/system.ts';
import { readLaunch } from '../../home/launch-record.ts';
import type { MachinePaths } from '../../home/paths.ts';
import { restartAdvice } from '../../home/restart-advice.ts';
import { isSuspended, keepSavedState, removeUnkeptMemory } from '../../home/saved-state.ts';
import type { Machine } from '../machine.ts';
import { type Run, release } from './run.ts';

const log = loggerOf('lifecycle');

/** How long the VM may take to flush its disks. */
const sleepPatienceMs = 120_000;

/**
 * Saves a running VM with everything in it, and ends its hypervisor. If that isn't possible,
 * rejects with HostError and the VM keeps running. See saved-state.ts for the order.
 */
export async function suspendRun(run: Run, machine: Machine, paths: MachinePaths): Promise<void> {
  if (!(await machine.features()).suspends) {
    throw new HostError('invalid', `This host doesn't support suspending VMs`, {
      hint: 'To stop the VM and its containers, run `berth machine stop`.',
    });
  }
  const launch = await readLaunch(paths);
  if (!launch) {
    throw new HostError(
      'invalid',
      `Can't suspend the VM, because an older version of Berth started it`,
      {
        hint: 'Stop and start the VM. Then you can suspend it.',
      },
    );
  }
  const engine = createEngineClient(paths.engineSocket);
  /** Throws if the VM is meant to stop. */
  const wake = async (cause: unknown) => {
    if (run.ending.signal.aborted) {
      throw new HostError('cancelled', 'The VM was stopped before it was suspended', { cause });
    }
    await log.attempt('Waking the engine', wakeEngine(engine), 'warn');
  };
  await prepareSleep(engine, AbortSignal.timeout(sleepPatienceMs)).catch(async (cause) => {
    await wake(cause);
    // The engine's message names the containers to stop and needs no addition.
    if (cause instanceof HostError && cause.status === 409) {
      throw new HostError('invalid', cause.message, { cause });
    }
    throw new HostError('invalid', `Can't suspend the VM: ${reasonOf(cause)}`, {
      ...{ hint: restartAdvice(), cause },
    });
  });
  try {
    await machine.save();
  } catch (cause) {
    await removeUnkeptMemory(paths);
    await wake(cause);
    throw new HostError(
      'machine-failed',
      `Berth couldn't suspend the VM, so it keeps running: ${reasonOf(cause)}`,
      { hint: `Check that the disk has enough space for the VM's memory.`, cause },
    );
  }
  run.ending.abort();
  await machine.stop();
  await keepSavedState(paths, launch);
  await release(run, machine);
}

/**
 * Cleans up after a background process that was killed while it suspended or resumed a VM. The
 * caller must own the VM. Returns whether the VM is suspended now.
 */
export async function settleSuspension(machine: Machine, paths: MachinePaths): Promise<boolean> {
  const found = await machine.status();
  if (found.state === 'running') {
    // The saved state is still valid, because the VM hasn't run since.
    if (found.held && isSuspended(paths)) await machine.kill();
    else if (found.held) await machine.proceed();
  }
  await removeUnkeptMemory(paths);
  return isSuspended(paths);
}

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

/** How long the guest may take to flush its disks. */
const sleepPatienceMs = 120_000;

/**
 * Saves a machine that is up, with all that runs in it, and ends its hypervisor. Rejects with
 * HostError when that cannot be; the machine runs on then. See saved-state.ts for the order.
 */
export async function suspendRun(run: Run, machine: Machine, paths: MachinePaths): Promise<void> {
  if (!(await machine.features()).suspends) {
    throw new HostError('invalid', 'A machine cannot be suspended on this computer', {
      hint: '`berth machine stop` stops its containers and the machine.',
    });
  }
  const launch = await readLaunch(paths);
  if (!launch) {
    throw new HostError('invalid', 'The machine was started by an older Berth', {
      hint: 'Stop it and start it again; from then on it can be suspended.',
    });
  }
  const engine = createEngineClient(paths.engineSocket);
  /** Throws when the machine was meant to end. */
  const wake = async (cause: unknown) => {
    if (run.ending.signal.aborted) {
      throw new HostError('cancelled', 'The machine was ended before it was suspended', { cause });
    }
    await log.attempt('Waking the engine', wakeEngine(engine), 'warn');
  };
  await prepareSleep(engine, AbortSignal.timeout(sleepPatienceMs)).catch(async (cause) => {
    await wake(cause);
    // The engine names the containers to stop, and nothing is to be added.
    if (cause instanceof HostError && cause.status === 409) {
      throw new HostError('invalid', cause.message, { cause });
    }
    throw new HostError('invalid', `The machine cannot be suspended: ${reasonOf(cause)}`, {
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
      `The machine could not be suspended, and runs on: ${reasonOf(cause)}`,
      { hint: 'There must be room on the disk for what its memory holds.', cause },
    );
  }
  run.ending.abort();
  await machine.stop();
  await keepSavedState(paths, launch);
  await release(run, machine);
}

/**
 * Sees to a machine that an earlier supervisor left while it was being suspended or resumed. Nothing
 * else may hold it. Answers whether it is suspended now.
 */
export async function settleSuspension(machine: Machine, paths: MachinePaths): Promise<boolean> {
  const found = await machine.status();
  if (found.state === 'running') {
    // What was saved is still as good as it was: the guest has not run on.
    if (found.held && isSuspended(paths)) await machine.kill();
    else if (found.held) await machine.proceed();
  }
  await removeUnkeptMemory(paths);
  return isSuspended(paths);
}

import type { MachineFailure } from '../../../api/machine.ts';
import { HostError, reasonOf } from '../../base/errors.ts';
import { loggerOf } from '../../base/log.ts';
import { consoleTail } from '../../home/console.ts';
import { hypervisorLines } from '../../home/hypervisor-log.ts';
import type { MachinePaths } from '../../home/paths.ts';
import type { BootStepInfo } from '../boot/boot-steps.ts';
import { engineLogTail } from '../guest/guest-link.ts';
import type { Machine, MachineExit } from '../machine.ts';
import { wordsFor } from './failure-words.ts';
import { type Run, release } from './run.ts';

const log = loggerOf('lifecycle');

const consoleLines = 25;

interface FailedStart {
  readonly run: Run;
  readonly machine: Machine;
  readonly paths: MachinePaths;
  readonly info: BootStepInfo;
  readonly cause: unknown;
}

/**
 * Ends what a failed start created, and restores a data disk whose format was going to change.
 * Returns the error for callers that wait for the start. Without a failure, the VM was meant to
 * stop.
 */
export async function endFailedStart({
  run,
  machine,
  paths,
  info,
  cause,
}: FailedStart): Promise<{ readonly failure?: MachineFailure; readonly error: HostError }> {
  const { step, description } = info;
  const { bridge, dataDisk } = run.boot;
  const engineLog = step === 'engine' && bridge ? await engineLogTail(bridge) : [];
  // Report the first failure; `stop` tries again to end the rest.
  await log.attempt('Cleaning up after a failed start', release(run, machine), 'warn');
  if (run.ending.signal.aborted) {
    const message = 'The VM was stopped before it was up';
    return { error: new HostError('cancelled', message, { cause }) };
  }
  const rolledBack = await dataDisk.rollBack().catch(reasonOf);
  // Before the launch, the console still has the previous boot.
  const isLaunched = step !== 'prepare' && step !== 'backup';
  const guestLines = isLaunched ? await consoleTail(paths.console, consoleLines) : [];
  const { reason, hint } = wordsFor({ info, cause, console: guestLines });
  // Nothing was prepared yet: the host lacks what the settings require.
  const isRefused =
    cause instanceof HostError && cause.code === 'accelerator-failed' && !isLaunched;
  const happened = isRefused ? '' : `${description} failed: `;
  const failure: MachineFailure = {
    ...{ step, hint },
    message: `${happened}${reason}${rollBackWords(rolledBack)}`,
    console: [
      ...guestLines,
      ...(isLaunched ? await hypervisorLines(paths.hypervisorLog) : []),
      ...engineLog.map((line) => `engine: ${line}`),
    ],
  };
  const message = `The VM didn't start (step ${step}). ${failure.message}`;
  const { console } = failure;
  const told = { ...(failure.hint && { hint: failure.hint }), console, cause };
  return { failure, error: new HostError('machine-failed', message, told) };
}

/** Why a running VM has stopped. */
export async function crashOf(exit: MachineExit, paths: MachinePaths): Promise<MachineFailure> {
  return {
    message: `The VM crashed: ${exit.reason}`,
    hint: `Start the VM again. Data that containers wrote to disk is safe.${hintAbout(exit)}`,
    console: [
      ...(await consoleTail(paths.console, consoleLines)),
      ...(await hypervisorLines(paths.hypervisorLog)),
    ],
  };
}

/** Advice for when it happens again. */
function hintAbout({ fault }: MachineExit): string {
  if (fault === 'accelerator') {
    return ' If this happens again, set `accelerator` in the settings to "emulation", which is slow.';
  }
  return fault === 'killed' ? ' Something outside Berth stopped the hypervisor.' : '';
}

/**
 * What happened to a data disk whose format was going to change; a string says why it wasn't
 * restored.
 */
function rollBackWords(rolledBack: boolean | string): string {
  if (rolledBack === true) return '. Berth restored the data disk from before this upgrade';
  return rolledBack ? `. Berth couldn't restore the data disk: ${rolledBack}` : '';
}

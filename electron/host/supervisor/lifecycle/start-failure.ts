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
 * Ends what a start has made that failed, and puts a data disk back whose format was to change. The
 * error is for whoever waits for the start. No failure: it was meant to end.
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
  // What failed first is what is told; `stop` tries once more to end what is left.
  await log.attempt('Cleaning up after a failed start', release(run, machine), 'warn');
  if (run.ending.signal.aborted) {
    const message = 'The machine was stopped before it was up';
    return { error: new HostError('cancelled', message, { cause }) };
  }
  const rolledBack = await dataDisk.rollBack().catch(reasonOf);
  // Until it is launched, what lies there is of the boot before.
  const isLaunched = step !== 'prepare' && step !== 'backup';
  const guestLines = isLaunched ? await consoleTail(paths.console, consoleLines) : [];
  const { reason, hint } = wordsFor({ info, cause, console: guestLines });
  // Nothing was prepared yet that could have failed: the host does not have what the settings want.
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
  const message = `The machine did not start (step ${step}). ${failure.message}`;
  const { console } = failure;
  const told = { ...(failure.hint && { hint: failure.hint }), console, cause };
  return { failure, error: new HostError('machine-failed', message, told) };
}

/** Why a machine that was up is not any more. */
export async function crashOf(exit: MachineExit, paths: MachinePaths): Promise<MachineFailure> {
  return {
    message: `The machine crashed: ${exit.reason}`,
    hint: `Start it again; what containers had written to disk is kept.${hintAbout(exit)}`,
    console: [
      ...(await consoleTail(paths.console, consoleLines)),
      ...(await hypervisorLines(paths.hypervisorLog)),
    ],
  };
}

/** What helps when it happens again. */
function hintAbout({ fault }: MachineExit): string {
  if (fault === 'accelerator') {
    return ' If this happens again, set `accelerator` in the settings to "emulation", which is slow.';
  }
  return fault === 'killed' ? ' Something outside Berth stopped QEMU.' : '';
}

/** What became of a data disk whose format was to change; a text says why it was not put back. */
function rollBackWords(rolledBack: boolean | string): string {
  if (rolledBack === true) return '. The data disk is again as it was before this upgrade';
  return rolledBack ? `. The data disk could not be put back: ${rolledBack}` : '';
}

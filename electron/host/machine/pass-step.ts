import { HostError } from '../errors.ts';
import { type BootStepInfo, emulatedFactor, resumeFactor, upgradeFactor } from './boot-steps.ts';
import type { MachineExit } from './machine.ts';
import type { Run } from './run.ts';

/** One step of a start, bounded by its deadline, by the hypervisor's end and by `stop`. */
export async function passStep(
  run: Run,
  { step, deadlineMs }: BootStepInfo,
  isEmulated: boolean,
): Promise<void> {
  run.controller.signal.throwIfAborted();
  const factor =
    (isEmulated ? emulatedFactor : 1) *
    (step === 'engine' && run.boot.dataDisk.upgrading ? upgradeFactor : 1) *
    (step === 'launch' && run.boot.resumes ? resumeFactor : 1);
  const deadline = AbortSignal.timeout(deadlineMs * factor);
  const limit = AbortSignal.any([run.controller.signal, deadline]);
  const bounds = [
    new Promise<never>((_, reject) => {
      limit.addEventListener('abort', () =>
        reject(deadline.aborted ? new TookTooLong(deadlineMs * factor) : limit.reason),
      );
    }),
    ...(run.exit ? [run.exit.then((exit) => Promise.reject(new EndedEarly(exit)))] : []),
  ];
  run.action = run.boot.steps[step]();
  await Promise.race([...bounds, run.action]);
}

/** The hypervisor has gone before the machine was up. */
export class EndedEarly extends HostError {
  readonly exit: MachineExit;

  constructor(exit: MachineExit) {
    super(exit.fault === 'accelerator' ? 'accelerator-failed' : 'machine-failed', exit.reason);
    this.exit = exit;
  }
}

/** A step has not ended by its deadline. */
export class TookTooLong extends HostError {
  constructor(milliseconds: number) {
    super('timeout', `it took longer than ${milliseconds / 1000} s`);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../../base/errors.ts';
import {
  type BootStepInfo,
  emulatedFactor,
  resumeFactor,
  upgradeFactor,
} from '../boot/boot-steps.ts';
import { HypervisorEnded } from '../hypervisor-ended.ts';
import type { Run } from './run.ts';

/** How long a hypervisor may take to exit after it has closed a connection. */
const endPatienceMs = 1_000;

/** Runs one step of a start, limited by its deadline, the hypervisor's exit, and `stop`. */
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
    ...(run.exit ? [run.exit.then((exit) => Promise.reject(new HypervisorEnded(exit)))] : []),
  ];
  run.action = run.boot.steps[step]();
  // An exiting hypervisor closes its connections first, so report its exit instead.
  const action = run.action.catch(async (error) => {
    await Promise.race([run.exit, sleep(run.exit ? endPatienceMs : 0)]);
    throw error;
  });
  await Promise.race([...bounds, action]);
}

/** A step didn't finish before its deadline. */
export class TookTooLong extends HostError {
  constructor(milliseconds: number) {
    super('timeout', `it took longer than ${milliseconds / 1000} s`);
  }
}

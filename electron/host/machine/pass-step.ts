import { HostError } from '../errors.ts';
import { type BootStepInfo, emulatedFactor, resumeFactor, upgradeFactor } from './boot-steps.ts';
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
      limit.addEventListener('abort', () => {
        const seconds = (deadlineMs * factor) / 1000;
        reject(deadline.aborted ? new Error(`it took longer than ${seconds} s`) : limit.reason);
      });
    }),
    ...(run.exit ? [run.exit.then(({ reason }) => Promise.reject(endedEarly(reason)))] : []),
  ];
  run.action = run.boot.steps[step]();
  await Promise.race([...bounds, run.action]);
}

/** The hypervisor has gone before the machine was up. */
function endedEarly(reason: string): HostError {
  return new HostError('machine-failed', reason, {
    hint: 'It ended by itself; the last lines of its console may say why. Start it again.',
  });
}

import type { BootStep } from '../../../api/machine.ts';
import { HostError } from '../../base/errors.ts';
import { consoleTail } from '../../home/console.ts';
import { hypervisorLines } from '../../home/hypervisor-log.ts';
import type { MachinePaths } from '../../home/paths.ts';
import type { AcceleratorFault } from '../../hypervisor/acceleration.ts';
import type { Boot } from '../boot/boot.ts';
import { HypervisorEnded } from '../hypervisor-ended.ts';
import { TookTooLong } from './pass-step.ts';

/**
 * Whether a start failed for want of an accelerator that runs guest code; undefined when it failed
 * for another reason, or runs emulated anyway. A guest that has written to its console has run: what
 * goes wrong then is its own, unless the hypervisor says otherwise.
 */
export async function acceleratorFaultOf(
  boot: Pick<Boot, 'acceleration' | 'resumes'>,
  step: BootStep,
  error: unknown,
  paths: Pick<MachinePaths, 'console' | 'hypervisorLog'>,
): Promise<AcceleratorFault | undefined> {
  if (boot.acceleration?.emulated !== false) return undefined;
  // After the launch, the saved guest may be to blame: a boot tells.
  if (boot.resumes && step !== 'launch') return undefined;
  if (error instanceof HostError && error.code === 'accelerator-failed') {
    return { reason: error.message, certain: true };
  }
  if ((step !== 'launch' && step !== 'kernel') || boot.resumes) return undefined;
  if ((await consoleTail(paths.console, 1)).length > 0) return undefined;
  // Whatever a QEMU complains about that does not come up, it would complain about without it, too.
  if (step === 'launch' && (await hypervisorLines(paths.hypervisorLog)).length > 0)
    return undefined;
  if (error instanceof TookTooLong) {
    return { reason: `the machine showed no sign of life: ${error.message}`, certain: false };
  }
  // A hypervisor that was killed, or may have been, says nothing about the accelerator.
  if (error instanceof HypervisorEnded && error.exit.fault === undefined) {
    return {
      reason: `the machine ended before it showed a sign of life: ${error.message}`,
      certain: false,
    };
  }
  return undefined;
}

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
 * Whether a start failed because the accelerator doesn't run the VM's code; undefined if it failed
 * for another reason, or if the VM is emulated. A VM that has written to its console has run, so
 * later faults are its own, unless the hypervisor says otherwise.
 */
export async function acceleratorFaultOf(
  boot: Pick<Boot, 'acceleration' | 'resumes'>,
  step: BootStep,
  error: unknown,
  paths: Pick<MachinePaths, 'console' | 'hypervisorLog'>,
): Promise<AcceleratorFault | undefined> {
  if (boot.acceleration?.emulated !== false) return undefined;
  // After the launch, the saved state may be the cause: a boot will show.
  if (boot.resumes && step !== 'launch') return undefined;
  if (error instanceof HostError && error.code === 'accelerator-failed') {
    return { reason: error.message, certain: true };
  }
  if ((step !== 'launch' && step !== 'kernel') || boot.resumes) return undefined;
  if ((await consoleTail(paths.console, 1)).length > 0) return undefined;
  // QEMU's other complaints would also occur without the accelerator.
  if (step === 'launch' && (await hypervisorLines(paths.hypervisorLog)).length > 0)
    return undefined;
  if (error instanceof TookTooLong) {
    return { reason: `the VM showed no sign of life: ${error.message}`, certain: false };
  }
  // A hypervisor that was or may have been killed says nothing about the accelerator.
  if (error instanceof HypervisorEnded && error.exit.fault === undefined) {
    return {
      reason: `the VM stopped before it showed a sign of life: ${error.message}`,
      certain: false,
    };
  }
  return undefined;
}

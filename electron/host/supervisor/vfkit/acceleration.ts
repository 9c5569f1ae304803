import type { AcceleratorChoice } from '../../../api/settings.ts';
import { HostError } from '../../base/errors.ts';
import type { Acceleration } from '../../hypervisor/acceleration.ts';

/** The name of Apple's Virtualization framework, for display. */
export const framework = 'vz';

/** Apple's framework is the only accelerator of vfkit. It uses the same hardware as `hvf`. */
export function chooseFramework(choice: AcceleratorChoice): Acceleration {
  if (choice === 'auto' || choice === 'hvf') return { accelerator: framework, emulated: false };
  const message =
    choice === 'emulation'
      ? "vfkit can't emulate the processor"
      : `vfkit can't use the accelerator ${choice}`;
  throw new HostError('accelerator-failed', message, {
    hint: `Set \`accelerator\` to "auto" in the settings${choice === 'emulation' ? ', or `hypervisor` to "qemu"' : ''}.`,
  });
}

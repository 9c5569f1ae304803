import { HostError } from '../base/errors.ts';
import { findQemu } from './discover.ts';
import { keepAcceleration } from './keep-acceleration.ts';
import type { HypervisorHost } from './uses-vfkit.ts';

/** A host, and the record of which accelerators work on it. */
interface AcceleratedHost extends HypervisorHost {
  readonly accelerationRecord: string;
}

/** Whether QEMU is installed and can use this host's accelerator, as far as is known. */
export async function qemuAccelerates(host: AcceleratedHost): Promise<boolean> {
  const { architecture, environment } = host;
  try {
    const qemu = await findQemu(architecture, environment);
    const keeper = keepAcceleration(qemu, { ...host, kvmDevice: '/dev/kvm' });
    return !(await keeper.choose('auto')).emulated;
  } catch (error) {
    if (error instanceof HostError && error.code === 'missing-program') return false;
    throw error;
  }
}

import { guestArchitecture } from '../../home/resources.ts';
import { findQemu } from '../../hypervisor/discover.ts';
import { type Check, ok } from '../check.ts';

/** Whether QEMU is installed and new enough. */
export const qemu: Check = {
  name: 'QEMU',
  async run({ environment }) {
    const { program, version } = await findQemu(guestArchitecture(), environment);
    return ok(`version ${version}, ${program}`);
  },
};

import { HostError } from '../../errors.ts';
import { chooseAccelerator, probeWith } from '../../machine/qemu/accelerator.ts';
import { findQemu } from '../../machine/qemu/discover.ts';
import { guestArchitecture } from '../../machine/resources.ts';
import { type Check, ok, skipped, warn } from '../check.ts';

/** The processor runs the machine itself; else everything takes many times longer. */
export const acceleration: Check = {
  name: 'acceleration',
  async run({ environment }) {
    const architecture = guestArchitecture();
    try {
      const found = await findQemu(architecture, environment);
      const { accelerator, emulated, note } = await chooseAccelerator(
        process.platform,
        probeWith(found, architecture),
      );
      if (!emulated) return ok(accelerator);
      const slow = 'The processor is emulated, which is slow.';
      return warn(note ?? slow, 'Containers work, and take many times longer.');
    } catch (error) {
      if (error instanceof HostError && error.code === 'missing-program') {
        return skipped('there is no QEMU to try it with');
      }
      throw error;
    }
  },
};

import { HostError } from '../../base/errors.ts';
import { accelerationPath } from '../../home/paths.ts';
import { guestArchitecture } from '../../home/resources.ts';
import { findQemu } from '../../hypervisor/discover.ts';
import { keepAcceleration } from '../../hypervisor/keep-acceleration.ts';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, ok, skipped, warn } from '../check.ts';

/** This computer's; tests have others. */
interface CheckedHost {
  readonly platform: NodeJS.Platform;
  readonly kvmDevice: string;
}

const thisHost: CheckedHost = { platform: process.platform, kvmDevice: '/dev/kvm' };

/** The processor runs the machine itself; else everything takes many times longer. */
export const createAccelerationCheck = ({ platform, kvmDevice }: CheckedHost): Check => ({
  name: 'acceleration',
  async run({ host, environment }) {
    const architecture = guestArchitecture();
    try {
      const found = await findQemu(architecture, environment);
      const { accelerator: choice } = await readSettingsOrDefaults(host.settings);
      const keeper = keepAcceleration(found, {
        ...{ platform, kvmDevice, architecture },
        accelerationRecord: accelerationPath(host.home),
      });
      const { accelerator, emulated, note } = await keeper.choose(choice);
      if (emulated) {
        const slow = 'The processor is emulated, which is slow.';
        if (choice === 'emulation') return ok(note ?? slow);
        return warn(note ?? slow, 'Containers still work, but run many times slower.');
      }
      const verdict = await keeper.verdict();
      if (verdict?.works === false) {
        return warn(
          `${accelerator}, which the settings ask for, failed before: ${verdict.reason}`,
          'Set `accelerator` in the settings to "auto" to run without it where it fails.',
        );
      }
      if (!verdict) return ok(`${accelerator}; the first start will show whether it works`);
      return ok(accelerator);
    } catch (error) {
      if (error instanceof HostError && error.code === 'missing-program') {
        return skipped('there is no QEMU to try it with');
      }
      throw error;
    }
  },
});

export const acceleration = createAccelerationCheck(thisHost);

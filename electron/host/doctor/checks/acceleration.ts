import { HostError } from '../../base/errors.ts';
import { accelerationPath } from '../../home/paths.ts';
import { guestArchitecture } from '../../home/resources.ts';
import { findQemu } from '../../hypervisor/discover.ts';
import type { HypervisorPlatform } from '../../hypervisor/hypervisor-platform.ts';
import { keepAcceleration } from '../../hypervisor/keep-acceleration.ts';
import { usesHyperv } from '../../hypervisor/uses-hyperv.ts';
import { usesVfkit } from '../../hypervisor/uses-vfkit.ts';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { createAccelerationRepair } from '../acceleration-repair.ts';
import { type Check, ok, skipped, warn } from '../check.ts';

/** The host's; tests replace it. */
interface CheckedHost {
  readonly platform: NodeJS.Platform;
  readonly kvmDevice: string;
  readonly hypervisorPlatform?: HypervisorPlatform;
}

const thisHost: CheckedHost = { platform: process.platform, kvmDevice: '/dev/kvm' };

/** Whether an accelerator runs the VM; emulation is many times slower. */
export const createAccelerationCheck = ({
  platform,
  kvmDevice,
  hypervisorPlatform,
}: CheckedHost): Check => ({
  name: 'acceleration',
  async repair({ host }) {
    const feature = createAccelerationRepair(host, platform, hypervisorPlatform);
    return (await feature.isOffered()) ? feature.repair() : undefined;
  },
  async run({ host, environment, vfkit }) {
    const architecture = guestArchitecture();
    try {
      const chosen = await readSettingsOrDefaults(host.settings);
      const { accelerator: choice } = chosen;
      if (await usesVfkit(chosen, { platform, architecture, environment }, vfkit)) {
        return ok("vz, Apple's Virtualization framework");
      }
      if (usesHyperv(chosen, host.paths)) return ok('Hyper-V');
      const found = await findQemu(architecture, environment);
      const keeper = keepAcceleration(found, {
        ...{ platform, kvmDevice, architecture },
        accelerationRecord: accelerationPath(host.home),
      });
      const { accelerator, emulated, note } = await keeper.choose(choice);
      if (emulated) {
        const slow = 'Berth emulates the processor, which is slow.';
        if (choice === 'emulation') return ok(note ?? slow);
        return warn(note ?? slow, 'Containers still work, but many times slower.');
      }
      const verdict = await keeper.verdict();
      if (verdict?.works === false) {
        return warn(
          `${accelerator} is set in the settings but failed before: ${verdict.reason}`,
          'Set `accelerator` to "auto" in the settings, so that Berth can fall back to emulation.',
        );
      }
      if (!verdict) return ok(`${accelerator}; the first start will show whether it works`);
      return ok(accelerator);
    } catch (error) {
      if (error instanceof HostError && error.code === 'missing-program') {
        return skipped(`QEMU isn't available to test it`);
      }
      throw error;
    }
  },
});

export const acceleration = createAccelerationCheck(thisHost);

import {
  createHypervisorPlatform,
  type HypervisorPlatform,
} from '../hypervisor/hypervisor-platform.ts';
import { usesHyperv } from '../hypervisor/uses-hyperv.ts';
import { readSettingsOrDefaults } from '../settings/store.ts';
import type { ExaminedHost } from './check.ts';

/** A feature of the user's system that Berth can turn on, so that the VM is fast. */
export interface AccelerationRepair {
  /** Whether the VM would use the feature, and the feature is off. */
  isOffered(): Promise<boolean>;
  /** Returns what the user must do next. Rejects with HostError if the system refuses. */
  repair(): Promise<string>;
}

/** The Windows Hypervisor Platform; other systems need no such feature. */
export function createAccelerationRepair(
  { settings, paths }: Pick<ExaminedHost, 'settings' | 'paths'>,
  platform: NodeJS.Platform = process.platform,
  feature: HypervisorPlatform = createHypervisorPlatform(),
): AccelerationRepair {
  return {
    async isOffered() {
      if (platform !== 'win32') return false;
      const chosen = await readSettingsOrDefaults(settings);
      if (chosen.accelerator === 'emulation' || usesHyperv(chosen, paths)) return false;
      return (await feature.state()) === 'off';
    },
    repair: () => feature.turnOn(),
  };
}

import { guestArchitecture } from '../../home/resources.ts';
import { findQemu } from '../../hypervisor/discover.ts';
import { usesVfkit } from '../../hypervisor/uses-vfkit.ts';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, ok, skipped } from '../check.ts';

/** Whether QEMU is installed and new enough. */
export const createQemuCheck = (platform: NodeJS.Platform): Check => ({
  name: 'QEMU',
  async run({ host, environment }) {
    const architecture = guestArchitecture();
    const { hypervisor } = await readSettingsOrDefaults(host.settings);
    if (await usesVfkit(hypervisor, { platform, architecture, environment })) {
      return skipped('vfkit runs the VM');
    }
    const { program, version } = await findQemu(architecture, environment);
    return ok(`version ${version}, ${program}`);
  },
});

export const qemu = createQemuCheck(process.platform);

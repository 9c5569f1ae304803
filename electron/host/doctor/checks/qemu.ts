import { guestArchitecture } from '../../home/resources.ts';
import { findQemu } from '../../hypervisor/discover.ts';
import { usesHyperv } from '../../hypervisor/uses-hyperv.ts';
import { usesVfkit } from '../../hypervisor/uses-vfkit.ts';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, ok, skipped } from '../check.ts';

/** Whether QEMU is installed and new enough. */
export const createQemuCheck = (platform: NodeJS.Platform): Check => ({
  name: 'QEMU',
  async run({ host, environment, vfkit }) {
    const architecture = guestArchitecture();
    const chosen = await readSettingsOrDefaults(host.settings);
    if (await usesVfkit(chosen, { platform, architecture, environment }, vfkit)) {
      return skipped('vfkit runs the VM');
    }
    if (usesHyperv(chosen, host.paths)) return skipped('Hyper-V runs the VM');
    const { program, version } = await findQemu(architecture, environment);
    return ok(`version ${version}, ${program}`);
  },
});

export const qemu = createQemuCheck(process.platform);

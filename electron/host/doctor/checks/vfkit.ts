import { guestArchitecture } from '../../home/resources.ts';
import { usesVfkit } from '../../hypervisor/uses-vfkit.ts';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, ok, skipped } from '../check.ts';

/** Whether vfkit is installed and new enough, if it runs the VM. */
export const createVfkitCheck = (platform: NodeJS.Platform): Check => ({
  name: 'vfkit',
  async run({ host, environment, vfkit }) {
    const architecture = guestArchitecture();
    const chosen = await readSettingsOrDefaults(host.settings);
    if (!(await usesVfkit(chosen, { platform, architecture, environment }, vfkit))) {
      return skipped('QEMU runs the VM');
    }
    const { program, version } = await vfkit();
    return ok(`version ${version}, ${program}`);
  },
});

export const vfkit = createVfkitCheck(process.platform);

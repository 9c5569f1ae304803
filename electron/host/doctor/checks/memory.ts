import { totalmem } from 'node:os';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, fail, ok, warn } from '../check.ts';

/** Whether the VM leaves enough memory to the host. */
export const memory: Check = {
  name: 'memory',
  async run({ host }) {
    const { memoryMiB } = await readSettingsOrDefaults(host.settings);
    const totalMiB = Math.floor(totalmem() / 1024 ** 2);
    const message = `the VM gets ${memoryMiB} of the host's ${totalMiB} MiB`;
    if (memoryMiB >= totalMiB) return fail(message, 'Lower `memoryMiB` in the settings.');
    if (memoryMiB > totalMiB * 0.75) {
      return warn(message, 'The host may start to swap. Lower `memoryMiB` in the settings.');
    }
    return ok(message);
  },
};

import { totalmem } from 'node:os';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, fail, ok, warn } from '../check.ts';

/** The machine leaves the computer enough memory. */
export const memory: Check = {
  name: 'memory',
  async run({ host }) {
    const { memoryMiB } = await readSettingsOrDefaults(host.settings);
    const totalMiB = Math.floor(totalmem() / 1024 ** 2);
    const message = `${memoryMiB} of the computer's ${totalMiB} MiB are the machine's`;
    if (memoryMiB >= totalMiB) return fail(message, 'Lower `memoryMiB` in the settings.');
    if (memoryMiB > totalMiB * 0.75) {
      return warn(message, 'The computer may have to swap. Lower `memoryMiB` in the settings.');
    }
    return ok(message);
  },
};

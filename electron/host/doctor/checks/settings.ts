import { type Check, ok } from '../check.ts';

/** The settings can be read: a start needs them. */
export const settings: Check = {
  name: 'settings',
  async run({ host }) {
    const { cpus, memoryMiB, diskGiB } = await host.settings.read();
    return ok(`${cpus} processors, ${memoryMiB} MiB of memory, up to ${diskGiB} GiB of disk`);
  },
};

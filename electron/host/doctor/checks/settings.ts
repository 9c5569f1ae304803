import { type Check, ok } from '../check.ts';

/** Whether the settings can be read: the VM needs them to start. */
export const settings: Check = {
  name: 'settings',
  async run({ host }) {
    const { cpus, memoryMiB, diskGiB } = await host.settings.read();
    return ok(`${cpus} processors, ${memoryMiB} MiB of memory, up to ${diskGiB} GiB of disk`);
  },
};

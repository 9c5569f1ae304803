import { existsSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unlessMissing } from '../../base/system-error.ts';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, fail, ok, warn } from '../check.ts';

const gigabyte = 1e9;

/** Whether the host's disk has room for what the VM may still write. */
export const diskSpace: Check = {
  name: 'disk space',
  async run({ host: { paths, settings } }) {
    let directory = paths.directory;
    while (!existsSync(directory)) directory = dirname(directory);
    const { bavail, bsize } = await statfs(directory);
    const free = bavail * bsize;
    const used = ((await stat(paths.dataDisk).catch(unlessMissing))?.blocks ?? 0) * 512;
    const { diskGiB } = await readSettingsOrDefaults(settings);
    const wanted = diskGiB * 1024 ** 3 - used;
    const message = `${(free / gigabyte).toFixed(1)} GB are free on the volume with the data disk`;
    const hint = `Free some space: the data disk may grow by ${(wanted / gigabyte).toFixed(0)} GB.`;
    if (free < gigabyte) return fail(message, hint);
    return free < Math.min(wanted, 10 * gigabyte) ? warn(message, hint) : ok(message);
  },
};

import { existsSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unlessMissing } from '../../base/system-error.ts';
import { type Check, fail, ok, warn } from '../check.ts';

/** Whether the VM's files belong to the user and only the user can access them. */
export const permissions: Check = {
  name: 'permissions',
  async run({ host: { paths } }) {
    const { directory } = paths;
    if (!existsSync(directory)) return ok('the VM was never started');
    const hint = `To own it again, run \`sudo chown -R "$USER" ${dirname(dirname(directory))}\`.`;
    for (const path of [directory, paths.dataDisk, paths.clientKey, paths.status]) {
      if (!existsSync(path)) continue;
      const error = await access(path, constants.R_OK | constants.W_OK).catch((e) => e);
      if (error) return fail(`can't write to ${path}: ${error.code}`, hint);
    }
    if (process.platform === 'win32') return ok(directory);
    for (const path of [directory, paths.engineSocket, paths.controlSocket, paths.clientKey]) {
      const found = await stat(path).catch(unlessMissing);
      if (found && found.mode & 0o077) {
        return warn(
          `other users can access ${path}`,
          `Run \`chmod go= ${path}\`: anyone with access controls the VM.`,
        );
      }
    }
    return ok(`only you can access ${directory}`);
  },
};

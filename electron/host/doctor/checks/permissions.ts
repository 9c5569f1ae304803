import { existsSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unlessMissing } from '../../base/system-error.ts';
import { type Check, fail, ok, warn } from '../check.ts';

/** Whether the VM's files belong to the user and only the user can access them. */
export const createPermissionsCheck = (platform: NodeJS.Platform): Check => ({
  name: 'permissions',
  async run({ host: { paths } }) {
    const { directory } = paths;
    if (!existsSync(directory)) return ok('the VM was never started');
    const hint = `To own it again, run \`${ownAgain(dirname(dirname(directory)), platform)}\`.`;
    for (const path of [directory, paths.dataDisk, paths.clientKey, paths.status]) {
      if (!existsSync(path)) continue;
      const error = await access(path, constants.R_OK | constants.W_OK).catch((e) => e);
      if (error) return fail(`can't write to ${path}: ${error.code}`, hint);
    }
    if (platform === 'win32') return ok(directory);
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
});

/** The command that makes a folder the user's again. */
export const ownAgain = (folder: string, platform: NodeJS.Platform) =>
  platform === 'win32'
    ? `takeown /F "${folder}" /R; icacls "${folder}" /reset /T`
    : `sudo chown -R "$USER" ${folder}`;

export const permissions = createPermissionsCheck(process.platform);

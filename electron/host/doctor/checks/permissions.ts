import { existsSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { unlessMissing } from '../../base/system-error.ts';
import { type Check, fail, ok, warn } from '../check.ts';

/** The machine's files are the user's, and nobody else's. */
export const permissions: Check = {
  name: 'permissions',
  async run({ host: { paths } }) {
    const { directory } = paths;
    if (!existsSync(directory)) return ok('the machine was never started');
    const hint = `Make it yours again: \`sudo chown -R "$USER" ${dirname(dirname(directory))}\`.`;
    for (const path of [directory, paths.dataDisk, paths.clientKey, paths.status]) {
      if (!existsSync(path)) continue;
      const error = await access(path, constants.R_OK | constants.W_OK).catch((e) => e);
      if (error) return fail(`${path} cannot be written: ${error.code}`, hint);
    }
    if (process.platform === 'win32') return ok(directory);
    for (const path of [directory, paths.engineSocket, paths.controlSocket, paths.clientKey]) {
      const found = await stat(path).catch(unlessMissing);
      if (found && found.mode & 0o077) {
        return warn(
          `others than you can reach ${path}`,
          `\`chmod go= ${path}\`: who reaches it controls the machine.`,
        );
      }
    }
    return ok(`${directory} is yours alone`);
  },
};

import { access, constants, stat } from 'node:fs/promises';
import { loggerOf } from '../../base/log.ts';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, fail, ok, warn } from '../check.ts';

const log = loggerOf('doctor');

/** The folders that containers may mount are there, readable, and still the ones that are shared. */
export const sharedFolders: Check = {
  name: 'shared folders',
  async run({ host, status }) {
    const { sharedFolders: folders } = await readSettingsOrDefaults(host.settings);
    for (const { path, readOnly } of folders) {
      const found = await log.attempt(`Looking at ${path}`, stat(path));
      const hint = 'Correct `sharedFolders` in the settings, then stop and start the machine.';
      if (!found?.isDirectory()) return fail(`${path} is not a folder`, hint);
      const needed = readOnly ? constants.R_OK : constants.R_OK | constants.W_OK;
      const error = await access(path, needed).catch((e) => e);
      if (error) return fail(`${path} may not be used by you: ${error.code}`, hint);
    }
    const [first, ...others] = status.folderProblems ?? [];
    if (first) {
      const more = others.length > 0 ? ` (and ${others.length} more)` : '';
      return warn(`${first.path}: ${first.problem}${more}`, first.hint);
    }
    return ok(folders.length === 0 ? 'none' : folders.map(({ path }) => path).join(', '));
  },
};

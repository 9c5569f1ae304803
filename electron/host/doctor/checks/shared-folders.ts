import { access, constants, stat } from 'node:fs/promises';
import { loggerOf } from '../../base/log.ts';
import { readSettingsOrDefaults } from '../../settings/store.ts';
import { type Check, fail, ok, warn } from '../check.ts';

const log = loggerOf('doctor');

/**
 * Whether the shared folders exist, are readable, and are still the folders that the VM mounted.
 */
export const sharedFolders: Check = {
  name: 'shared folders',
  async run({ host, status }) {
    const { sharedFolders: folders } = await readSettingsOrDefaults(host.settings);
    for (const { path, readOnly } of folders) {
      const found = await log.attempt(`Reading the metadata of ${path}`, stat(path));
      const hint = 'Correct `sharedFolders` in the settings, then stop and start the VM.';
      if (!found?.isDirectory()) return fail(`${path} isn't a folder`, hint);
      const needed = readOnly ? constants.R_OK : constants.R_OK | constants.W_OK;
      const error = await access(path, needed).catch((e) => e);
      if (error) return fail(`you don't have permission to use ${path}: ${error.code}`, hint);
    }
    const [first, ...others] = status.folderProblems ?? [];
    if (first) {
      const more = others.length > 0 ? ` (and ${others.length} more)` : '';
      return warn(`${first.path}: ${first.problem}${more}`, first.hint);
    }
    return ok(folders.length === 0 ? 'none' : folders.map(({ path }) => path).join(', '));
  },
};

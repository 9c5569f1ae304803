import { findDamaged } from '../../base/damaged-file.ts';
import { type Check, ok, warn } from '../check.ts';

/** Whether Berth had to replace damaged files of its own. */
export const ownFiles: Check = {
  name: 'own files',
  async run({ host: { home, paths } }) {
    const found = [...(await findDamaged(home)), ...(await findDamaged(paths.directory))];
    if (found.length === 0) return ok('none is damaged');
    return warn(
      `damaged and replaced by new files: ${found.join(', ')}`,
      'Check whether you need anything from the damaged files, then delete them.',
    );
  },
};

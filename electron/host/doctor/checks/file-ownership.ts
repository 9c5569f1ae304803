import { findDamaged } from '../../base/damaged-file.ts';
import { type Check, ok, warn } from '../check.ts';

/** No file of Berth's own was damaged, and replaced. */
export const ownFiles: Check = {
  name: 'own files',
  async run({ host: { home, paths } }) {
    const found = [...(await findDamaged(home)), ...(await findDamaged(paths.directory))];
    if (found.length === 0) return ok('none was damaged');
    return warn(
      `damaged, and replaced by a new one: ${found.join(', ')}`,
      'Check whether you need anything in these files, then delete them.',
    );
  },
};

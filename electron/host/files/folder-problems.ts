import { join } from 'node:path';
import type { FolderProblem } from '../../api/machine.ts';
import { MAX_ENTRIES, type WatchGap } from './watch-tree.ts';

/** A folder that is watched for containers, of which some isn't. */
export function unwatchedProblem(root: string, { cause, directory }: WatchGap): FolderProblem {
  const path = join(root, directory);
  const problem = 'containers are not told of all that changes in it';
  if (cause === 'size') {
    return {
      path,
      problem: `${problem}: there are more than ${MAX_ENTRIES} files in ${root}`,
      hint: 'Mount the folders that containers need, not one with all of them.',
    };
  }
  return {
    path,
    problem: `${problem}: the system watches no more folders`,
    hint: 'Raise its limits, `sudo sysctl fs.inotify.max_user_watches=1048576 fs.inotify.max_user_instances=1024`, then start the containers anew.',
  };
}

/** A shared folder that is no longer the one that the machine was started with. */
export function vanishedProblem(path: string): FolderProblem {
  return {
    path,
    problem: 'it was removed, or replaced, while it was shared: containers see nothing of it',
    hint: 'Once it is there, `berth machine stop` and any command share it again.',
  };
}

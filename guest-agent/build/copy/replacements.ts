import { lstatSync } from 'node:fs';
import { posix } from 'node:path';
import { EngineError } from '../../errors.ts';
import type { TarMember } from '../../store/tar/member.ts';

/**
 * Returns a check of the members that a copy adds to the image at `root`. As in BuildKit, no
 * directory replaces a link or a file, and no file replaces a directory. The check throws
 * EngineError 'invalid'.
 */
export function replacementCheck(root: string): (member: TarMember) => void {
  /** Directories that the image doesn't have, so that nothing in them replaces anything. */
  const absent = new Set<string>();
  return ({ name, type }) => {
    const isDirectory = type === 'directory';
    const found = absent.has(posix.dirname(name)) ? undefined : kindOf(root, name);
    if (found === undefined) {
      if (isDirectory) absent.add(name);
      return;
    }
    const path = Buffer.from(`/${name}`, 'latin1').toString('utf8');
    if (isDirectory && found !== 'directory') {
      throw new EngineError('invalid', `cannot copy to non-directory: ${path}`);
    }
    if (!isDirectory && found === 'directory') {
      throw new EngineError('invalid', `cannot replace to directory ${path} with file`);
    }
  };
}

/** Synchronous, because a copy can have many files and each answer comes at once. */
function kindOf(root: string, name: string): 'directory' | 'other' | undefined {
  const path = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'directory' : 'other';
}

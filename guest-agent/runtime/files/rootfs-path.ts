import { lstat, readlink } from 'node:fs/promises';
import { join, normalize } from 'node:path';

const MAX_LINKS = 255;

/**
 * The guest's path for a container's `path`, with every symbolic link resolved as the container
 * would: none leads out of `root`. The last parts may not exist. Not safe against a process that
 * replaces directories with links at the same moment.
 */
export async function resolveInRoot(root: string, path: string): Promise<string> {
  let pending = normalize(join('/', path)).split('/').filter(Boolean);
  const resolved: string[] = [];
  let links = 0;
  while (true) {
    const part = pending.shift();
    if (part === undefined) return join(root, ...resolved);
    if (part === '..') {
      resolved.pop();
      continue;
    }
    if (part === '.') continue;
    const here = join(root, ...resolved, part);
    const target = await linkTarget(here);
    if (target === undefined) {
      resolved.push(part);
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) {
      throw Object.assign(new Error(`ELOOP: too many symbolic links: ${path}`), { code: 'ELOOP' });
    }
    if (target.startsWith('/')) resolved.length = 0;
    pending = [...target.split('/').filter(Boolean), ...pending];
  }
}

async function linkTarget(path: string): Promise<string | undefined> {
  try {
    if ((await lstat(path)).isSymbolicLink()) return await readlink(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
  }
  return undefined;
}

import { lstat, readdir, readlink } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { readIgnorePatterns } from '../../../guest-agent/contract/ignore-patterns.ts';
import { unlessMissing } from '../base/system-error.ts';

/** Linux's own limit for links in a path. */
const MAX_LINKS = 255;

/**
 * The paths that patterns such as `src/*.js` name in a directory, with the links on the way and what
 * they lead to. Targets count from `root`, and a path never leads out of it.
 */
export async function followPaths(root: string, patterns: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>();
  let links = 0;

  async function follow(at: string, rest: readonly string[]): Promise<void> {
    const [part, ...others] = rest;
    if (part === undefined) {
      found.add(at === '' ? '.' : at);
      return;
    }
    for (const name of await namesFor(at, part)) await enter(posix.join(at, name), others);
  }

  async function enter(path: string, others: readonly string[]): Promise<void> {
    const stats = await lstat(join(root, path)).catch(unlessMissing);
    if (!stats?.isSymbolicLink()) return follow(path, others);
    if (links >= MAX_LINKS) return;
    links += 1;
    // The link itself is sent too.
    found.add(path);
    const target = (await readlink(join(root, path))).replaceAll('\\', '/');
    const inRoot = posix.join('/', target.startsWith('/') ? '' : posix.dirname(path), target);
    await follow('', [...partsOf(inRoot), ...others]);
  }

  async function namesFor(directory: string, part: string): Promise<string[]> {
    if (!/[*?[\\]/.test(part)) return [part];
    const { ignores: matches } = readIgnorePatterns(part);
    const names = await readdir(join(root, directory)).catch(unlessMissing);
    return (names ?? []).filter(matches);
  }

  for (const pattern of patterns) await follow('', partsOf(posix.join('/', pattern)));
  return found;
}

const partsOf = (path: string) => path.split('/').filter((part) => part !== '');

import { readdir, rename, rm } from 'node:fs/promises';
import { hasCode } from '../errors.ts';

/** Longer paths are shortened. The kernel's limit is 4095 bytes, including what is above the tree. */
const LONG_PATH = 512;
const SLASH = Buffer.from('/');

/**
 * Removes a file, or a directory with everything in it, if it exists. A container or an archive can make
 * directories so deep that no path reaches them, and nothing but this removes them. Nobody may change the
 * tree meanwhile.
 */
export async function removeDeepTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    if (!hasCode(error, 'ENAMETOOLONG')) throw error;
    await flatten(Buffer.from(path));
    await rm(path, { recursive: true, force: true });
  }
}

/** Moves directories with long paths up to the top. Follows no link. */
async function flatten(top: Buffer): Promise<void> {
  const waiting = [top];
  let moved = 0;
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const children = await readdir(place, { withFileTypes: true, encoding: 'buffer' });
    for (const child of children) {
      if (!child.isDirectory()) continue;
      const path = Buffer.concat([place, SLASH, child.name]);
      if (path.length - top.length <= LONG_PATH) waiting.push(path);
      else waiting.push(await moveUp(path, top, moved++));
    }
  }
}

async function moveUp(path: Buffer, top: Buffer, number: number): Promise<Buffer> {
  // Longer than names can be that something in the tree has by chance.
  const name = `deep-${number}-${'x'.repeat(200)}`;
  const to = Buffer.concat([top, SLASH, Buffer.from(name)]);
  await rename(path, to);
  return to;
}

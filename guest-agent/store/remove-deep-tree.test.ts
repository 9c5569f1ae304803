import { closeSync, constants, mkdirSync, openSync } from 'node:fs';
import { access, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeDeepTree } from './remove-deep-tree.ts';
import { temporaryDirectory } from './testing/temporary-directory.ts';

/** Makes directories inside of each other, deeper than any path can name. */
function makeDeep(path: string, levels: number, names: readonly string[]): void {
  mkdirSync(path);
  let place = openSync(path, constants.O_RDONLY);
  for (let level = 0; level < levels; level++) {
    for (const name of names) mkdirSync(`/proc/self/fd/${place}/${name}`);
    const next = openSync(`/proc/self/fd/${place}/${names[0]}`, constants.O_RDONLY);
    closeSync(place);
    place = next;
  }
  closeSync(place);
}

test('directories that are deeper than any path are removed, and links not followed', async () => {
  await using outside = await temporaryDirectory();
  await writeFile(join(outside.path, 'kept'), '');
  const tree = join(outside.path, 'tree');
  makeDeep(tree, 5000, ['dd', 'e']);
  await symlink(outside.path, join(tree, 'link'));
  await removeDeepTree(tree);
  await expect(access(tree)).rejects.toThrow('ENOENT');
  await access(join(outside.path, 'kept'));
});

test('a file, a shallow directory and nothing at all', async () => {
  await using outside = await temporaryDirectory();
  await mkdir(join(outside.path, 'a/b'), { recursive: true });
  await writeFile(join(outside.path, 'file'), '');
  for (const name of ['a', 'file', 'missing']) await removeDeepTree(join(outside.path, name));
  for (const name of ['a', 'file']) {
    await expect(access(join(outside.path, name))).rejects.toThrow('ENOENT');
  }
});

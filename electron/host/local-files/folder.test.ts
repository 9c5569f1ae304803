import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { readFolder } from './folder.ts';

let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-folder-'));
  await mkdir(join(home, 'src'));
  await mkdir(join(home, '.cache'));
  await writeFile(join(home, 'a.txt'), '');
  await symlink('src', join(home, 'link'));
  await symlink('nowhere', join(home, 'dangling'));
});

afterAll(() => rm(home, { recursive: true }));

it.skipIf(onWindows('wine can’t make links'))(
  'lists folders first, and links as what they lead to',
  async () => {
    expect(await readFolder(home)).toEqual({
      path: home,
      parent: tmpdir(),
      entries: [
        { name: 'link', kind: 'folder' },
        { name: 'src', kind: 'folder' },
        { name: '.cache', kind: 'folder' },
        { name: 'a.txt', kind: 'file' },
      ],
    });
  },
);

it('has no parent at the top', async () => {
  expect(await readFolder('/')).not.toHaveProperty('parent');
});

it.each(['rejects %s, which is not a folder', 'a.txt'])(
  'rejects %s, which is not a folder',
  async (name) => {
    await expect(readFolder(join(home, name))).rejects.toMatchObject({ code: 'invalid' });
  },
);

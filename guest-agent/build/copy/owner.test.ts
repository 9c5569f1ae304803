import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { buildkit, classic } from '../dialect.ts';
import { checkOwner, copyOwner } from './owner.ts';

async function image() {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  await mkdir(join(directory.path, 'etc'));
  await writeFile(join(directory.path, 'etc/passwd'), 'joe:x:5:7::/:\n');
  await writeFile(join(directory.path, 'etc/group'), 'joe:x:9:\nbar:x:11:\n');
  return directory.path;
}

test.each([
  ['joe', { uid: 5, gid: 7 }],
  ['joe:bar', { uid: 5, gid: 11 }],
  ['joe:3', { uid: 5, gid: 3 }],
  ['5', { uid: 5, gid: 5 }],
  ['5:', { uid: 5, gid: 0 }],
  ['joe:', { uid: 5, gid: 0 }],
  ['5:bar', { uid: 5, gid: 11 }],
  ['nosuch', { uid: 0, gid: 0 }],
  ['3:nosuch', { uid: 3, gid: 0 }],
  ['', undefined],
])('BuildKit gives files to %j as %j', async (chown, owner) => {
  const found = await copyOwner(await image(), chown, buildkit);
  expect(found && { uid: found.uid, gid: found.gid }).toEqual(owner);
});

test('the classic builder takes the group with the name of the user', async () => {
  const root = await image();
  expect(await copyOwner(root, 'joe', classic)).toMatchObject({ uid: 5, gid: 9 });
  expect(await copyOwner(root, '', classic)).toEqual({ uid: 0, gid: 0 });
  await expect(copyOwner(root, 'nosuch', classic)).rejects.toThrow('unable to find user nosuch');
});

test('without files, BuildKit finds no user by name', () => {
  for (const text of ['daemon', '1:users']) {
    expect(() => checkOwner(text, [], buildkit)).toThrow('invalid user index: -1');
    expect(() => checkOwner(text, ['sha256:a'], buildkit)).not.toThrow();
    expect(() => checkOwner(text, [], classic)).not.toThrow();
  }
  expect(() => checkOwner('1:2', [], buildkit)).not.toThrow();
  expect(() => checkOwner('', [], buildkit)).not.toThrow();
});

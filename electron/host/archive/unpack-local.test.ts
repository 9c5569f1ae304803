import { mkdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type TarEntry, writeTar } from '../../../guest-agent/store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../../guest-agent/store/testing/temporary-directory.ts';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { packLocal } from './pack-local.ts';
import { refusedLinks, unpackLocal } from './unpack-local.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let target: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  target = join(directory.path, 'target');
  await mkdir(target);
  await writeFile(join(directory.path, 'secret'), 'untouched');
});
afterEach(async () => {
  // Whatever a container sent, nothing beside the target changed.
  expect(await readFile(join(directory.path, 'secret'), 'utf8')).toBe('untouched');
  await directory[Symbol.asyncDispose]();
});

const same = (name: string) => name;
const unpack = (entries: TarEntry[], rename = same) =>
  unpackLocal(Readable.from([writeTar(entries)], { objectMode: false }), target, rename);
const text = (path: string) => readFile(join(target, path), 'utf8');

test.skipIf(onWindows('files have no modes'))(
  'what was packed unpacks as the same, links as they are',
  async () => {
    const source = join(directory.path, 'source');
    await mkdir(join(source, 'sub'), { recursive: true });
    await writeFile(join(source, 'sub/file'), 'x'.repeat(100_000), { mode: 0o640 });
    await writeFile(join(source, 'empty'), '');
    await symlink('../../../etc/passwd', join(source, 'link'));
    await unpackLocal(packLocal(source, 'named', false), target, same);
    expect(await text('named/sub/file')).toHaveLength(100_000);
    expect((await stat(join(target, 'named/sub/file'))).mode & 0o777).toBe(0o640);
    expect(await text('named/empty')).toBe('');
    expect(await readlink(join(target, 'named/link'))).toBe('../../../etc/passwd');
  },
);

test('links that the system refuses are returned, and everything else is unpacked', async () => {
  const entries: TarEntry[] = [
    { name: 'dir', type: 'directory' },
    { name: 'dir/link', type: 'symlink', target: 'file' },
    { name: 'dir/file', content: 'content' },
    ...[1, 2, 3, 4, 5].map((n): TarEntry => ({ name: `l${n}`, type: 'symlink', target: 'dir' })),
  ];
  const tar = Readable.from([writeTar(entries)], { objectMode: false });
  const refuse = () => Promise.reject(Object.assign(new Error('refused'), { code: 'EPERM' }));
  const refused = await unpackLocal(tar, target, same, refuse);
  expect(refused[0]).toEqual({ place: join(target, 'dir', 'link'), target: 'file' });
  expect(await text('dir/file')).toBe('content');
  expect(refusedLinks(refused, 'win32')).toMatchObject({
    ...{ code: 'invalid', message: expect.stringMatching(/link -> file, .*, and 1 more$/) },
    hint: expect.stringContaining('Developer Mode'),
  });
  expect(refusedLinks([])).toBeUndefined();
  const broken = () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }));
  const again = Readable.from([writeTar(entries)], { objectMode: false });
  await expect(unpackLocal(again, target, same, broken)).rejects.toThrow('no space');
});

test('of a directory, without a name, what is in it is packed', async () => {
  const source = join(directory.path, 'source');
  await mkdir(source);
  await writeFile(join(source, '@file'), 'content');
  await unpackLocal(packLocal(source, undefined, false), target, same);
  expect(await text('@file')).toBe('content');
});

test.skipIf(onWindows('wine can’t make links')).each<[string, TarEntry[]]>([
  ['a name that climbs out', [{ name: '../secret', content: 'evil' }]],
  [
    'a link that is there already',
    [
      { name: 'out', type: 'symlink', target: '..' },
      { name: 'later/', type: 'directory' },
      { name: 'old/secret', content: 'evil' },
    ],
  ],
  ['a hard link to outside', [{ name: 'x', type: 'link', target: '../secret' }]],
])('refuses %s', async (_, entries) => {
  await symlink('..', join(target, 'old'));
  await expect(unpack(entries)).rejects.toMatchObject({ code: 'invalid' });
});

test('nothing goes through a link of the archive itself', async () => {
  await expect(
    unpack([
      { name: 'out', type: 'symlink', target: '..' },
      { name: 'out/secret', content: 'evil' },
    ]),
  ).rejects.toThrow('cannot overwrite directory');
  expect(await text('out/secret')).toBe('evil');
});

test('a file replaces a file, not what a link leads to', async () => {
  await symlink('../secret', join(target, 'file'));
  await unpack([{ name: 'file', content: 'new' }]);
  expect(await text('file')).toBe('new');
});

test.runIf(process.platform !== 'win32')('a colon is part of a name', async () => {
  await unpack([{ name: 'c:drive', content: 'x' }]);
  expect(await text('c:drive')).toBe('x');
});

test.skipIf(onWindows('files have no modes'))(
  'a file that a container made set-user-ID is an ordinary one here',
  async () => {
    await unpack([{ name: 'su', content: 'x', mode: 0o6755 }]);
    expect((await stat(join(target, 'su'))).mode & 0o7777).toBe(0o755);
  },
);

test('renames entries with the given function', async () => {
  await unpack([{ name: 'etc/passwd', content: 'x' }], (name) => name.replace('etc', 'copy'));
  expect(await text('copy/passwd')).toBe('x');
});

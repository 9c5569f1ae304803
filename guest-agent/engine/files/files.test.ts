import { chmod, mkdir, open, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EngineError } from '../../errors.ts';
import { loadFileCalls, makeNode } from '../../runtime/files/file-calls.ts';
import { mount, mountFlags, unmount } from '../../runtime/mounts/mount.ts';
import { writeTar } from '../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { archiveFile, extractInto, statFile } from './archive.ts';
import { removeFile, renameFile } from './change-file.ts';
import type { FileHolder } from './holder.ts';
import { listFolder } from './list-folder.ts';

let outside: Awaited<ReturnType<typeof temporaryDirectory>>;
let root: string;
let holder: FileHolder;

beforeEach(async () => {
  await loadFileCalls();
  outside = await temporaryDirectory();
  root = join(outside.path, 'root');
  await mkdir(join(root, 'etc/deep/deeper'), { recursive: true });
  await writeFile(join(outside.path, 'secret'), 'untouched');
  await writeFile(join(root, 'etc/hosts'), 'localhost', { mode: 0o640 });
  holder = {
    title: 'volume test',
    async open() {
      const handle = await open(root, 'r');
      return { fd: handle.fd, [Symbol.asyncDispose]: () => handle.close() };
    },
    checkWritable(path) {
      if (path.startsWith('/etc/locked')) throw new EngineError('forbidden', 'read-only');
    },
  };
});
afterEach(async () => {
  // No link may change anything outside the root.
  expect(await readFile(join(outside.path, 'secret'), 'utf8')).toBe('untouched');
  await outside[Symbol.asyncDispose]();
});

const list = (path: string, limit = 100) => listFolder(holder, path, limit);

test('lists one folder and describes each file', async () => {
  await symlink('deep', join(root, 'etc/folder'));
  await symlink('../../secret', join(root, 'etc/out'));
  await symlink('/nowhere', join(root, 'etc/gone'));
  await writeFile(join(root, 'etc/two\nlines'), '');
  makeNode(join(root, 'etc/pipe'), 0o010600, [0, 0]);
  await chmod(join(root, 'etc'), 0o1750);
  const { path, folder, total, files } = await list('/etc');
  expect({ path, total, mode: folder.mode }).toEqual({ path: '/etc', total: 7, mode: 0o1750 });
  expect(files.map(({ name, type }) => `${name} ${type}`)).toEqual([
    ...['deep directory', 'folder symlink', 'gone symlink', 'hosts file'],
    ...['out symlink', 'pipe fifo', 'two\nlines file'],
  ]);
  expect(files.find(({ name }) => name === 'hosts')).toMatchObject({ mode: 0o640, size: 9 });
  const links = files.flatMap((file) => (file.type === 'symlink' ? [file] : []));
  expect(links.map(({ linkTarget, linkType }) => [linkTarget, linkType])).toEqual([
    ['deep', 'directory'],
    ['/nowhere', undefined],
    // There is no such file inside the root.
    ['../../secret', undefined],
  ]);
});

test('follows the links of the path inside the root', async () => {
  await symlink('/etc', join(root, 'short'));
  await symlink('../../..', join(root, 'etc/up'));
  expect((await list('/short/deep')).path).toBe('/etc/deep');
  expect((await list('/etc/up')).files.map(({ name }) => name)).toEqual(['etc', 'short']);
});

test('reports the total if it lists fewer files', async () => {
  for (const name of ['a', 'b', 'c']) await writeFile(join(root, name), '');
  const { total, files } = await list('/', 2);
  expect([total, files.map(({ name }) => name)]).toEqual([4, ['a', 'b']]);
});

test.each([
  ['/nosuch', 'not-found', 'Could not find the file /nosuch in volume test'],
  ['/etc/hosts', 'invalid', '/etc/hosts is not a directory'],
])('cannot list %s', async (path, code, message) => {
  await expect(list(path)).rejects.toMatchObject({ code, message });
});

test('removes files, whole folders, and links instead of their targets', async () => {
  await symlink('../secret', join(root, 'link'));
  await symlink('/etc/deep', join(root, 'folder'));
  for (const path of ['/link', '/folder', '/etc/hosts', '/etc/deep/']) {
    await removeFile(holder, path);
  }
  expect((await list('/')).files.map(({ name }) => name)).toEqual(['etc']);
  expect((await list('/etc')).files).toEqual([]);
});

test('renames within and between folders, but never replaces a file', async () => {
  await renameFile(holder, '/etc/hosts', '/etc/deep/names');
  expect(await readFile(join(root, 'etc/deep/names'), 'utf8')).toBe('localhost');
  await writeFile(join(root, 'other'), 'other');
  await expect(renameFile(holder, '/other', '/etc/deep/names')).rejects.toMatchObject({
    code: 'conflict',
    message: '/etc/deep/names already exists in volume test',
  });
  expect(await readFile(join(root, 'other'), 'utf8')).toBe('other');
});

test.each<[string, () => Promise<unknown>, string]>([
  ['the root', () => removeFile(holder, '/'), 'invalid'],
  ['a read-only file', () => removeFile(holder, '/etc/locked/file'), 'forbidden'],
  ['a missing file', () => removeFile(holder, '/etc/nosuch'), 'not-found'],
  [
    'a move into a read-only folder',
    () => renameFile(holder, '/etc/hosts', '/etc/locked'),
    'forbidden',
  ],
  ['a folder into itself', () => renameFile(holder, '/etc/deep', '/etc/deep/deeper/x'), 'invalid'],
])('does not change %s', async (_, change, code) => {
  await expect(change()).rejects.toMatchObject({ code });
});

test.runIf(process.getuid?.() === 0)('does not change a folder with a mount in it', async () => {
  const mounted = join(root, 'etc/deep/deeper');
  await mount(root, mounted, '', mountFlags.bind);
  try {
    for (const path of ['/etc/deep/deeper', '/etc']) {
      await expect(removeFile(holder, path)).rejects.toMatchObject({ code: 'conflict' });
    }
    await expect(renameFile(holder, '/etc/deep/deeper', '/x')).rejects.toThrow('mounted there');
    expect((await list('/etc')).files.map(({ name }) => name)).toEqual(['deep', 'hosts']);
  } finally {
    await unmount(mounted);
  }
});

test('an archive unpacks unchanged, including the owner of the top folder', async () => {
  await chmod(join(root, 'etc'), 0o700);
  expect(await statFile(holder, '/etc')).toMatchObject({ name: 'etc' });
  const { tar } = await archiveFile(holder, '/etc/.');
  await mkdir(join(root, 'copy'));
  const body = Readable.from([await buffer(tar)], { objectMode: false });
  await extractInto(holder, '/copy', body, { keepKinds: true });
  expect((await stat(join(root, 'copy'))).mode & 0o777).toBe(0o700);
  expect(await readFile(join(root, 'copy/hosts'), 'utf8')).toBe('localhost');
});

test('nothing is unpacked into a read-only folder', async () => {
  await mkdir(join(root, 'etc/locked'));
  const body = Readable.from([writeTar([{ name: 'x', content: 'x' }])], { objectMode: false });
  const extracting = extractInto(holder, '/etc/locked', body, { keepKinds: true });
  await expect(extracting).rejects.toMatchObject({ code: 'forbidden' });
  expect((await list('/etc/locked')).files).toEqual([]);
});

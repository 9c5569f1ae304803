import { mkdir, open, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getgid, getuid } from 'node:process';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadFileCalls } from '../../runtime/files/file-calls.ts';
import { writeTar as writeOwnTar } from '../../store/tar/writer.ts';
import { type TarEntry, writeTar } from '../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { extractTar } from './extract.ts';
import { packPath } from './pack.ts';
import { absolutePath, statPath } from './path-stat.ts';

const owner = { uid: getuid?.() ?? 0, gid: getgid?.() ?? 0 };

let outside: Awaited<ReturnType<typeof temporaryDirectory>>;
let root: string;

beforeEach(async () => {
  await loadFileCalls();
  outside = await temporaryDirectory();
  root = join(outside.path, 'root');
  await mkdir(join(root, 'etc'), { recursive: true });
  await writeFile(join(outside.path, 'secret'), 'untouched');
});
afterEach(async () => {
  // No archive may change anything outside the root.
  expect(await readFile(join(outside.path, 'secret'), 'utf8')).toBe('untouched');
  await outside[Symbol.asyncDispose]();
});

async function extract(entries: TarEntry[], destination = '/', keepKinds = false): Promise<void> {
  await using handle = await open(root, 'r');
  const tar = Readable.from([writeTar(entries)], { objectMode: false });
  await extractTar(handle.fd, destination, tar, { keepKinds, owner });
}

async function pack(path: string): Promise<Buffer> {
  await using handle = await open(root, 'r');
  return await buffer(writeOwnTar(packPath(handle.fd, path)));
}

const text = (path: string) => readFile(join(root, path), 'utf8');

test('files arrive with their permissions, times and links', async () => {
  await extract([
    { name: 'd/', type: 'directory', mode: 0o750, mtime: 1_500_000_000 },
    { name: 'd/file', content: 'x', mode: 0o4640, mtime: 1_600_000_000 },
    { name: 'd/hard', type: 'link', target: 'd/file' },
    { name: 'd/soft', type: 'symlink', target: '/no/where' },
    { name: Buffer.from('d/latin-\xe9', 'latin1'), content: 'y' },
    { name: 'not/yet/there', content: 'z' },
  ]);
  const file = await stat(join(root, 'd/file'));
  expect([file.mode & 0o7777, file.mtimeMs, file.nlink]).toEqual([0o4640, 1.6e12, 2]);
  const directory = await stat(join(root, 'd'));
  expect([directory.mode & 0o777, directory.mtimeMs]).toEqual([0o750, 1.5e12]);
  expect(await readlink(join(root, 'd/soft'))).toBe('/no/where');
  expect(await text('not/yet/there')).toBe('z');
  expect(await readFile(Buffer.from(`${root}/d/latin-\xe9`, 'latin1'), 'utf8')).toBe('y');
});

test.each<[string, TarEntry[]]>([
  ['a name that climbs out', [{ name: '../secret', content: 'evil' }]],
  ['a name that climbs out late', [{ name: 'a/../../secret', content: 'evil' }]],
  ['a hard link to outside', [{ name: 'x', type: 'link', target: '../secret' }]],
])('rejects %s', async (_, entries) => {
  await expect(extract(entries)).rejects.toMatchObject({ code: 'invalid' });
});

test.each<[string, string]>([
  ['relative', '../../..'],
  ['absolute', '/'],
])('a link of the archive (%s) leads only to places inside', async (_, target) => {
  await extract([
    { name: 'out', type: 'symlink', target },
    { name: 'out/secret', content: 'inside' },
    { name: 'out/root/file', content: 'inside' },
  ]);
  expect(await text('secret')).toBe('inside');
  expect(await text('root/file')).toBe('inside');
});

test('an existing link is replaced, not followed', async () => {
  await symlink('../../secret', join(root, 'file'));
  await symlink(join(outside.path, 'secret'), join(root, 'absolute'));
  await extract([
    { name: 'file', content: 'new' },
    { name: 'absolute', content: 'new' },
  ]);
  expect(await text('file')).toBe('new');
  expect(await text('absolute')).toBe('new');
});

test('a directory and a file replace each other only if allowed', async () => {
  await writeFile(join(root, 'etc/file'), 'old');
  await mkdir(join(root, 'etc/dir/deep'), { recursive: true });
  const file = [{ name: 'dir', content: 'new' }];
  const directory: TarEntry[] = [{ name: 'file/', type: 'directory' }];
  await expect(extract(file, '/etc', true)).rejects.toThrow(
    'cannot overwrite directory "/etc/dir" with non-directory "/etc"',
  );
  await expect(extract(directory, '/etc', true)).rejects.toThrow(
    'cannot overwrite non-directory "/etc/file" with directory "/etc"',
  );
  await extract([...file, ...directory], '/etc');
  expect(await text('etc/dir')).toBe('new');
  expect((await stat(join(root, 'etc/file'))).isDirectory()).toBe(true);
});

test('packed files unpack unchanged', async () => {
  await mkdir(join(root, 'src/sub'), { recursive: true });
  await writeFile(join(root, 'src/sub/one'), 'x'.repeat(700_000), { mode: 0o600 });
  await symlink('../../..', join(root, 'src/up'));
  const tar = await pack('/src');
  await using handle = await open(root, 'r');
  await mkdir(join(root, 'copy'));
  const source = Readable.from([tar], { objectMode: false });
  await extractTar(handle.fd, '/copy', source, { keepKinds: true, owner });
  expect((await text('copy/src/sub/one')).length).toBe(700_000);
  expect(await readlink(join(root, 'copy/src/up'))).toBe('../../..');
});

test('a path is resolved inside the root, and its last link isn’t followed', async () => {
  await writeFile(join(root, 'etc/file'), '12345');
  await symlink('../../../etc', join(root, 'link'));
  await using handle = await open(root, 'r');
  expect(await statPath(handle.fd, '/link')).toMatchObject({ name: 'link', linkTarget: '/etc' });
  expect(await statPath(handle.fd, '/link/file')).toMatchObject({ name: 'file', size: 5 });
  expect((await statPath(handle.fd, '/link/')).mode).toBeGreaterThan(2 ** 31);
  await expect(statPath(handle.fd, '/nope')).rejects.toMatchObject({ code: 'ENOENT' });
});

test.each([
  ['etc', '/etc'],
  ['/etc/', '/etc/'],
  ['../../etc/.', '/etc/.'],
  ['.', '/.'],
  ['/', '/'],
])('the path %s is %s', (path, absolute) => {
  expect(absolutePath(path)).toBe(absolute);
});

test('a member below a broken link is rejected with a clear error', async () => {
  const entries: TarEntry[] = [
    { name: 'l', type: 'symlink', target: '/nowhere' },
    { name: 'l/file', content: 'x' },
  ];
  await expect(extract(entries)).rejects.toMatchObject({
    ...{ code: 'invalid', message: 'cannot create directory /l: file exists' },
  });
});

test('a directory that a later member replaces doesn’t stop the unpacking', async () => {
  await extract([
    { name: 'd/', type: 'directory' },
    { name: 'd/e/', type: 'directory' },
    { name: 'd', content: 'now a file' },
    { name: 'after', content: 'x' },
  ]);
  expect([await text('d'), await text('after')]).toEqual(['now a file', 'x']);
});

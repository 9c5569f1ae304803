import { lstat, mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { mount, mountFlags, unmount } from '../../runtime/mounts/mount.ts';
import { sha256 } from '../digest.ts';
import { mkfsErofs } from '../testing/erofs-tools.ts';
import { hostileTar, seededRandom } from '../testing/hostile-tars.ts';
import { type TarEntry, writeTar } from '../testing/tar-writer.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { makeErofsIndex } from './erofs-index.ts';
import { OutlineFile } from './outline-file.ts';
import { MAX_MEMBERS, PlainIndex } from './plain-index.ts';
import { TarScan } from './tar-scan.ts';

let mkfs: string;
let directory: string;

beforeAll(async () => {
  mkfs = await mkfsErofs();
}, 300_000);

beforeEach(async () => {
  const made = await temporaryDirectory();
  onTestFinished(() => made[Symbol.asyncDispose]());
  directory = made.path;
});

/** The files of the tar with the index of `PlainIndex`, and with the index of mkfs.erofs. */
async function bothTrees(tar: Buffer): Promise<{ own: unknown; program: unknown } | undefined> {
  const at = (name: string) => join(directory, name);
  for (const name of ['tar', 'own', 'program']) await rm(at(name), { force: true });
  await using outline = await OutlineFile.open(directory);
  const plain = new PlainIndex();
  const scan = new TarScan(
    (offset, bytes) => outline.add(offset, bytes),
    (...member) => plain.add(...member),
  );
  scan.write(tar);
  let { end, trailer } = scan.finish();
  const image = plain.image(tar.length);
  if (image === undefined) return undefined;
  for (const bytes of trailer) {
    outline.add(end, bytes);
    end += bytes.length;
  }
  await outline.flush();
  await makeErofsIndex({ mkfs }, outline.fd, at('program'));
  await writeFile(at('own'), image);
  // Whole blocks, since the mount reads no part of a block.
  await writeFile(at('tar'), Buffer.concat([tar, Buffer.alloc(-tar.length & 511)]));
  return { own: await treeOf('own'), program: await treeOf('program') };
}

async function treeOf(index: string): Promise<unknown> {
  const root = join(directory, 'mounted');
  await mkdir(root, { recursive: true });
  const [source, tar] = [join(directory, index), join(directory, 'tar')];
  await mount(source, root, 'erofs', mountFlags.readOnly, `device=${tar}`);
  try {
    const names = await readdir(root, { recursive: true, encoding: 'latin1' });
    return await Promise.all(['', ...names.sort()].map((name) => describe(root, name)));
  } finally {
    await unmount(root);
  }
}

async function describe(root: string, name: string): Promise<unknown> {
  const path = Buffer.from(join(root, name), 'latin1');
  const stats = await lstat(path);
  const { mode, uid, gid, size, mtimeMs, nlink, rdev } = stats;
  const facts = { name, mode: mode.toString(8), uid, gid, mtimeMs, nlink };
  if (stats.isSymbolicLink()) return { ...facts, target: await readlink(path, 'latin1') };
  if (stats.isFile()) return { ...facts, size, content: sha256(await readFile(path)) };
  // The sizes of directories depend on how their entries are packed.
  if (stats.isDirectory()) return facts;
  return { ...facts, rdev };
}

const numbered = (count: number, entry: (name: string) => TarEntry) =>
  Array.from({ length: count }, (_, index) => entry(`${index}`));

test.each<[string, TarEntry[]]>([
  ['nothing', []],
  ['an empty file', [{ name: 'file' }]],
  ['a root that fills a block', numbered(25, (name) => ({ name }))],
  [
    'files of all sizes',
    [0, 1, 511, 512, 513, 1024, 1025, 5000, 65_536, 1_000_001].map((size) => ({
      ...{ name: `${size}`, content: Buffer.alloc(size, `${size} `), mode: 0o640 },
    })),
  ],
  [
    'all types',
    [
      { name: './', type: 'directory', mode: 0o711, uid: 3, mtime: 77 },
      { name: 'dir/', type: 'directory', mode: 0o1777, uid: 100_000, gid: 7, mtime: 1.7e9 },
      { name: 'dir/suid', content: 'x', mode: 0o4755 },
      { name: 'null', type: 'char', device: [1, 3] },
      { name: 'disk', type: 'block', device: [253, 300] },
      { name: 'fifo', type: 'fifo' },
      { name: 'short', type: 'symlink', target: '../x' },
      { name: 'long', type: 'symlink', target: 'y/'.repeat(300) },
      { name: 'longest', type: 'symlink', target: 'z'.repeat(4095) },
    ],
  ],
  [
    'directories without a member, and a directory after its files',
    [
      { name: 'a/b/file', content: 'x' },
      { name: 'a/', type: 'directory', mode: 0o700, uid: 5 },
      { name: `${'deep/'.repeat(50)}file`, content: 'y' },
    ],
  ],
  ['many files', numbered(3000, (name) => ({ name: `many/${name}`, content: name }))],
  ['many directories', numbered(1000, (name) => ({ name: `${name}/`, type: 'directory' }))],
  [
    'long names, and names before the dots',
    [
      ...numbered(40, (name) => ({ name: name.padEnd(255, 'n'), content: name })),
      ...['!', '-', '..a', '.a', ' ', 'é', '\x7f', '~'].map((name) => ({ name: `d/${name}` })),
    ],
  ],
])('%s', async (_, entries) => {
  const trees = await bothTrees(writeTar(entries));
  expect(trees?.own).toEqual(trees?.program);
  expect(trees?.own).toHaveProperty('length');
});

test.each<[string, TarEntry[]]>([
  ['a whiteout', [{ name: 'a/.wh.b' }]],
  ['an opaque directory', [{ name: 'a/.wh..wh..opq' }]],
  ['a hard link', [{ name: 'a' }, { name: 'b', type: 'link', target: 'a' }]],
  ['an attribute', [{ name: 'a', pax: { 'SCHILY.xattr.user.note': 'x' } }]],
  [
    'a name twice',
    [
      { name: 'a', content: '1' },
      { name: './a', content: '2' },
    ],
  ],
  [
    'a directory twice',
    [
      { name: 'a/', type: 'directory' },
      { name: 'a/', type: 'directory' },
    ],
  ],
  ['very many files', numbered(MAX_MEMBERS + 1, (name) => ({ name }))],
])('mkfs.erofs indexes a layer with %s', async (_, entries) => {
  expect(await bothTrees(writeTar(entries))).toBeUndefined();
});

test('random layers have the files that mkfs.erofs gives them', async () => {
  let compared = 0;
  for (let seed = 1; compared < 60; seed++) {
    const tar = hostileTar(seededRandom(seed));
    const trees = await bothTrees(tar).catch((error) => {
      expect([seed, error.code, error.message]).toEqual([seed, 'invalid', expect.anything()]);
    });
    if (trees === undefined) continue;
    expect([seed, trees.own]).toEqual([seed, trees.program]);
    compared += 1;
  }
});

import { lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readMounts } from '../../runtime/mount-info.ts';
import { sha256 } from '../digest.ts';
import { mkfsErofs } from '../testing/erofs-tools.ts';
import { layerStoreSuite } from '../testing/layers-suite.ts';
import { writeTar } from '../testing/tar-writer.ts';
import { temporaryDirectory } from '../testing/temporary-directory.ts';
import { ErofsLayers } from './erofs.ts';

let mkfs: string;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  mkfs = await mkfsErofs();
}, 300_000);

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  const layers = await open();
  for (const { diffId } of layers.list()) await layers.remove(diffId);
  await directory[Symbol.asyncDispose]();
});

function open(): Promise<ErofsLayers> {
  return ErofsLayers.load({
    directory: join(directory.path, 'layers'),
    mountDirectory: join(directory.path, 'l'),
    mkfs,
  });
}

async function mounted(layers: ErofsLayers, tar: Buffer): Promise<string> {
  const diffId = sha256(tar);
  await layers.ingest(diffId, Readable.from([tar]));
  return layers.mount(diffId);
}

layerStoreSuite(open);

test('mounts a layer once, also after a restart', async () => {
  const tar = writeTar([{ name: 'file', content: 'x' }]);
  const target = await mounted(await open(), tar);
  expect(await (await open()).mount(sha256(tar))).toBe(target);
  const mounts = await readMounts();
  expect(mounts.filter(({ mountPoint }) => mountPoint === target)).toHaveLength(1);
  expect(target).toBe(join(directory.path, 'l', sha256(tar).slice(7, 19)));
});

test('what a layer leaves out is there as Docker has it', async () => {
  const target = await mounted(
    await open(),
    writeTar([
      { name: 'a/b/file', content: 'x' },
      { name: `${'long/'.repeat(40)}file`, content: 'x' },
      { name: 'c/', type: 'directory', mode: 0o700, uid: 7 },
      { name: 'c/d/file', content: 'x' },
      { name: 'é/file', content: 'x' },
    ]),
  );
  const facts = async (name: string) => {
    const { mode, uid } = await lstat(join(target, name));
    return [(mode & 0o7777).toString(8), uid];
  };
  for (const implied of ['.', 'a', 'a/b', 'c/d', 'é', 'long', 'long/'.repeat(40)]) {
    expect([implied, ...(await facts(implied))]).toEqual([implied, '755', 0]);
  }
  expect(await facts('c')).toEqual(['700', 7]);
});

test.each([
  ['nothing at all', Buffer.alloc(0)],
  ['only an end mark', Buffer.alloc(1024)],
  ['an end mark and padding', Buffer.alloc(10240)],
])('a layer of %s mounts as an empty directory', async (_, tar) => {
  expect(await readdir(await mounted(await open(), tar))).toEqual([]);
});

test.each([
  ['without an end mark', 0],
  ['with half an end mark', 512],
  ['with padding after the end mark', 9000],
])('a tar %s', async (_, zeros) => {
  const whole = writeTar([{ name: 'dir/file', content: 'content' }]);
  const tar = Buffer.concat([whole.subarray(0, -1024), Buffer.alloc(zeros)]);
  const target = await mounted(await open(), tar);
  expect(await readFile(join(target, 'dir/file'), 'utf8')).toBe('content');
  const stored = join(directory.path, 'layers', sha256(tar).slice(7), 'layer.tar');
  expect((await readFile(stored)).equals(tar)).toBe(true);
});

test('names that point out of the layer stay inside', async () => {
  const target = await mounted(
    await open(),
    writeTar([
      { name: '../outside', content: 'x' },
      { name: '/absolute', content: 'x' },
    ]),
  );
  expect((await readdir(target)).sort()).toEqual(['absolute', 'outside']);
});

test.each([
  ['garbage', Buffer.alloc(4096, 'garbage')],
  [
    'a tar that ends in the middle of a file',
    writeTar([{ name: 'f', content: 'x'.repeat(5000) }]).subarray(0, 1024),
  ],
  ['a hard link to nowhere', writeTar([{ name: 'f', type: 'link', target: 'nowhere' }])],
])('refuses %s, and keeps nothing of it', async (_, tar) => {
  const layers = await open();
  await expect(mounted(layers, tar)).rejects.toThrow(/layer/);
  expect(await readdir(join(directory.path, 'layers'))).toEqual([]);
});

test('two layers whose digests begin alike get two mount points', async () => {
  const layers = await open();
  const one = writeTar([{ name: 'file', content: '0003malt' }]);
  const two = writeTar([{ name: 'file', content: '0007217c' }]);
  expect(sha256(one).slice(0, 12)).toBe(sha256(two).slice(0, 12));
  const first = await mounted(layers, one);
  const second = await mounted(layers, two);
  expect(first).not.toBe(second);
  expect(await readFile(join(first, 'file'), 'utf8')).toBe('0003malt');
  expect(await readFile(join(second, 'file'), 'utf8')).toBe('0007217c');
});

test('a start clears away what a crash left', async () => {
  const tar = writeTar([{ name: 'file', content: 'x' }]);
  await (await open()).ingest(sha256(tar), Readable.from([tar]));
  const partial = join(directory.path, 'layers', 'partial-0011223344556677');
  await mkdir(partial);
  await writeFile(join(partial, 'layer.tar'), 'half');
  expect((await open()).list()).toEqual([{ diffId: sha256(tar), size: tar.length }]);
  await expect(stat(partial)).rejects.toMatchObject({ code: 'ENOENT' });
});

test('a removed layer is unmounted and gone', async () => {
  const layers = await open();
  const tar = writeTar([{ name: 'file', content: 'x' }]);
  const target = await mounted(layers, tar);
  await layers.remove(sha256(tar));
  expect((await readMounts()).some(({ mountPoint }) => mountPoint === target)).toBe(false);
  expect(await readdir(join(directory.path, 'layers'))).toEqual([]);
  expect(await readdir(join(directory.path, 'l'))).toEqual([]);
  expect(await readdir(await mounted(layers, tar))).toEqual(['file']);
});

import { once } from 'node:events';
import { mkdir, open, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadFileCalls, makeNode, writeXattr } from '../../runtime/files/file-calls.ts';
import { mount, unmount } from '../../runtime/mounts/mount.ts';
import { run } from '../../runtime/process/program.ts';
import { ErofsLayers } from '../../store/layers/erofs.ts';
import { mkfsErofs } from '../../store/testing/erofs-tools.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { awkwardLayers } from '../images/testing/awkward-layers.ts';
import { readTree } from '../images/testing/file-tree.ts';
import { compareUpper } from './changes.ts';
import { upperLayer } from './upper-layer.ts';

let mkfs: string;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let layers: ErofsLayers;

const scratch = () => join(directory.path, 's');

beforeAll(async () => {
  mkfs = await mkfsErofs();
  await loadFileCalls();
}, 300_000);

beforeEach(async () => {
  directory = await temporaryDirectory();
  await mkdir(scratch());
  // A temporary directory may itself be on an overlay, which can't hold an upper directory.
  await mount('tmpfs', scratch(), 'tmpfs');
  layers = await ErofsLayers.load({
    ...{
      directory: join(directory.path, 'layers'),
      mountDirectory: join(directory.path, 'l'),
      mkfs,
      bootId: 'boot',
    },
  });
});

afterEach(async () => {
  for (const { diffId } of layers.list()) await layers.remove(diffId);
  await unmount(scratch(), { lazy: true });
  await directory[Symbol.asyncDispose]();
});

/** Mounts layers as a container does. Returns the mount point and the upper directory. */
async function overlay(name: string, diffIds: readonly string[]) {
  const at = (part: string) => join(scratch(), name, part);
  for (const part of ['root', 'upper', 'work']) await mkdir(at(part), { recursive: true });
  const lower = await Promise.all(diffIds.map((diffId) => layers.mount(diffId)));
  const options = [
    `lowerdir=${[...new Set(lower.reverse())].join(':')}`,
    `upperdir=${at('upper')}`,
    `workdir=${at('work')}`,
  ];
  await mount('overlay', at('root'), 'overlay', 0, options.join(','));
  return { root: at('root'), upper: at('upper') };
}

const claim = () => {};

test('an image of a container’s changes looks like the container', async () => {
  const below: string[] = [];
  for (const tar of awkwardLayers) {
    below.push((await layers.add(Readable.from([tar]), claim)).diffId);
  }
  const { root, upper } = await overlay('a', below);
  const script = `
    rm etc/passwd data/relative; rm -r etc/conf.d; mkdir etc/conf.d; echo new > etc/conf.d/new
    rm -r names/deep; echo plain > names/deep
    chmod 4711 bin/ping; chown 7:8 data/null; touch -d @1500000000 big/zeros
    mkdir -m 700 made; echo one > made/one; ln made/one made/two; mkfifo made/pipe
    ln -s ../../../../etc/shadow made/out; mkdir made/dir; rm -r big; chmod 0 made/one
    chown 3000000:4000000 made/two; printf x > "made/$(printf 'latin-\\351\\377')"
    mkdir -p "made/$(printf 'n%.0s' $(seq 200))/$(printf 'm%.0s' $(seq 200))"
  `;
  await run('sh', ['-e', '-c', script], { cwd: root });
  makeNode(join(root, 'made/disk'), 0o060640, [259, 300]);
  writeXattr(join(root, 'made/dir'), 'user.note', Buffer.from([0, 0xff, 10]));
  const before = await readTree(root);
  const { diffId } = await layers.add(upperLayer(upper), claim);
  const copy = await overlay('b', [...below, diffId]);
  const wholeSeconds = (tree: Awaited<ReturnType<typeof readTree>>) =>
    Object.fromEntries(
      Object.entries(tree)
        // The time of the root isn't part of a layer.
        .filter(([name]) => name !== '.')
        .map(([name, facts]) => [name, { ...facts, mtimeMs: Math.floor(facts.mtimeMs / 1000) }]),
    );
  expect(wholeSeconds(await readTree(copy.root))).toEqual(wholeSeconds(before));
  expect(Object.keys(before)).toContain('./made/latin-%e9%ff');
  await expect(readFile(join(copy.root, 'etc/passwd'))).rejects.toMatchObject({ code: 'ENOENT' });
});

test('lists changes as docker diff does', async () => {
  const below: string[] = [];
  for (const tar of awkwardLayers.slice(0, 3)) {
    below.push((await layers.add(Readable.from([tar]), claim)).diffId);
  }
  const { root, upper } = await overlay('a', below);
  const script = `
    rm data/one; echo more >> etc/passwd; rm -r etc/conf.d; mkdir etc/conf.d; echo > etc/conf.d/0.conf
    chmod 700 tmp; mkdir -p made/in; touch -r bin/su bin/su; mkdir proc; touch etc/hosts
  `;
  await run('sh', ['-e', '-c', script], { cwd: root });
  const before = await overlay('b', below);
  const changes: Record<string, string> = {};
  await using changed = await open(upper, 'r');
  await using image = await open(before.root, 'r');
  for await (const { path, kind } of compareUpper(changed.fd, image.fd)) changes[path] = kind;
  const gone = Object.keys(changes).filter((path) => /conf\.d\/\d+\.conf/.test(path));
  expect(gone).toHaveLength(300);
  expect(
    Object.fromEntries(Object.entries(changes).filter(([path]) => !gone.includes(path))),
  ).toEqual({
    '/data': 'changed',
    '/data/one': 'deleted',
    '/etc': 'changed',
    '/etc/conf.d': 'changed',
    '/etc/passwd': 'changed',
    '/made': 'added',
    '/made/in': 'added',
    '/tmp': 'changed',
  });
  expect([changes['/etc/conf.d/0.conf'], changes['/etc/conf.d/1.conf']]).toEqual([
    'changed',
    'deleted',
  ]);
});

test('the same changes give the same bytes, in any order', async () => {
  const files = ['b', 'a', 'c/d'];
  const tars: Buffer[] = [];
  for (const [name, order] of [
    ['first', files],
    ['second', files.toReversed()],
  ] as const) {
    const at = join(directory.path, name);
    await mkdir(join(at, 'c'), { recursive: true });
    for (const file of order) await writeFile(join(at, file), file);
    await symlink('a', join(at, 'link'));
    await run('find', [at, '-exec', 'touch', '-h', '-d', '@1500000000', '{}', '+']);
    tars.push(await buffer(upperLayer(at)));
  }
  expect(tars[0]?.equals(tars[1] ?? Buffer.alloc(0))).toBe(true);
});

test('skips sockets', async () => {
  const at = join(directory.path, 'with-socket');
  await mkdir(at);
  const server = createServer().listen(join(at, 'socket'));
  await once(server, 'listening');
  await writeFile(join(at, 'file'), 'x');
  const tar = await buffer(upperLayer(at));
  server.close();
  expect(tar.includes('socket')).toBe(false);
  expect(tar.includes('file')).toBe(true);
});

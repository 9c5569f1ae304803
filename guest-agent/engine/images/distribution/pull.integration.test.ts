import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type DebianRegistry,
  startDebianRegistry,
} from '../../../registry/testing/debian-registry.ts';
import { testImage, writeLayout } from '../../../registry/testing/test-image.ts';
import { mount, mountFlags, unmount } from '../../../runtime/mounts/mount.ts';
import { ErofsLayers } from '../../../store/layers/erofs.ts';
import { mkfsErofs } from '../../../store/testing/erofs-tools.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { awkwardLayers } from '../testing/awkward-layers.ts';
import { readTree } from '../testing/file-tree.ts';
import { openImages } from '../testing/images-fixture.ts';

const run = promisify(execFile);

const image = testImage(
  awkwardLayers.map((tar) => ({ tar })),
  { Cmd: ['/bin/sh'] },
);
/** The same layers in other compression formats, which umoci can't read. */
const mixed = testImage(
  awkwardLayers.map((tar, index) => ({ tar, compression: index % 2 === 0 ? 'zstd' : 'none' })),
);

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let registry: DebianRegistry;
let mkfs: string;

beforeAll(async () => {
  mkfs = await mkfsErofs();
  directory = await temporaryDirectory();
  registry = await startDebianRegistry(directory.path);
  const layout = join(directory.path, 'layout');
  await writeLayout(layout, { awkward: image, mixed });
  for (const name of ['awkward', 'mixed']) {
    await run('skopeo', [
      ...['copy', '--quiet', '--dest-tls-verify=false'],
      ...[`oci:${layout}:${name}`, `docker://${registry.host}/test/${name}:1`],
    ]);
  }
}, 300_000);

afterAll(async () => {
  await registry.stop();
  await directory[Symbol.asyncDispose]();
});

/** An image cache in a new directory, unmounted and removed at the end of the scope. */
async function openCache(parent = directory.path) {
  const path = join(parent, `cache-${Math.random().toString(36).slice(2)}`);
  await mkdir(path);
  const layers = await ErofsLayers.load({
    directory: join(path, 'layers'),
    mountDirectory: join(path, 'l'),
    mkfs,
    bootId: 'boot',
  });
  const fixture = await openImages(path, layers);
  return {
    ...fixture,
    layers,
    path,
    [Symbol.asyncDispose]: async () => {
      for (const { diffId } of layers.list()) await layers.remove(diffId);
    },
  };
}

test('a pulled image has the same files as with skopeo and umoci', async () => {
  await using cache = await openCache();
  await cache.pull(`${registry.host}/test/awkward:1`);
  const { layers } = cache.images.resolve(`${registry.host}/test/awkward:1`);
  const lower = await Promise.all(layers.map((diffId) => cache.layers.mount(diffId)));
  const merged = join(cache.path, 'merged');
  await mkdir(merged);
  const options = `lowerdir=${[...new Set(lower.reverse())].join(':')}`;
  await mount('overlay', merged, 'overlay', mountFlags.readOnly, options);
  try {
    const copy = join(cache.path, 'copy');
    await run('skopeo', [
      ...['copy', '--quiet', '--src-tls-verify=false'],
      ...[`docker://${registry.host}/test/awkward:1`, `oci:${copy}:1`],
    ]);
    const unpacked = join(cache.path, 'unpacked');
    await run('umoci', ['unpack', '--keep-dirlinks', '--image', `${copy}:1`, unpacked]);
    const expected = await readTree(join(unpacked, 'rootfs'));
    const actual = await readTree(merged);
    expect(Object.keys(actual)).toEqual(Object.keys(expected));
    expect(actual).toEqual(expected);
    expect(Object.keys(actual).length).toBeGreaterThan(50);
  } finally {
    await unmount(merged);
  }
});

test('layers are kept byte for byte with any compression', async () => {
  await using cache = await openCache();
  await cache.pull(`${registry.host}/test/mixed:1`);
  for (const [index, diffId] of image.diffIds.entries()) {
    const stored = join(cache.path, 'layers', diffId.slice(7), 'layer.tar');
    expect((await readFile(stored)).equals(awkwardLayers[index] ?? Buffer.alloc(0))).toBe(true);
  }
});

test('rejects a blob that was changed in the registry', async () => {
  await using cache = await openCache();
  const { digest = '' } = image.layers[3] ?? {};
  const hex = digest.slice(7);
  const data = join(
    registry.storage,
    'docker/registry/v2/blobs/sha256',
    hex.slice(0, 2),
    hex,
    'data',
  );
  const original = await readFile(data);
  const tampered = Buffer.from(original);
  tampered[1000] = (tampered[1000] ?? 0) ^ 1;
  await writeFile(data, tampered);
  try {
    await expect(cache.pull(`${registry.host}/test/awkward:1`)).rejects.toMatchObject({
      code: 'invalid',
    });
  } finally {
    await writeFile(data, original);
  }
  expect(cache.layers.get(image.diffIds[3] ?? '')).toBeUndefined();
  expect(cache.images.store.list()).toEqual([]);
  expect(await readdir(join(cache.path, 'layers'))).not.toContainEqual(
    expect.stringMatching(/^partial-/),
  );
});

test('reports a missing tag', async () => {
  await using cache = await openCache();
  await expect(cache.pull(`${registry.host}/test/awkward:2`)).rejects.toMatchObject({
    code: 'not-found',
    message: `manifest for ${registry.host}/test/awkward:2 not found: manifest unknown: manifest unknown`,
  });
});

test('reports a full disk', async () => {
  const small = join(directory.path, 'small');
  await mkdir(small);
  await mount('none', small, 'tmpfs', 0, 'size=4m');
  try {
    await using cache = await openCache(small);
    await expect(cache.pull(`${registry.host}/test/awkward:1`)).rejects.toThrow(
      /no space left on device/,
    );
    expect(cache.images.store.list()).toEqual([]);
    expect(await readdir(join(cache.path, 'layers'))).toEqual([]);
  } finally {
    await unmount(small, { lazy: true });
  }
});

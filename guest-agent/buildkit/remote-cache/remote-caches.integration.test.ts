import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type DebianRegistry,
  startDebianRegistry,
} from '../../registry/testing/debian-registry.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { openMachine, type Place } from './testing/machine.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let registry: DebianRegistry;

beforeAll(async () => {
  directory = await temporaryDirectory();
  registry = await startDebianRegistry(directory.path);
});
afterAll(async () => {
  await registry.stop();
  await directory[Symbol.asyncDispose]();
});

const place = (name: string, attributes: Record<string, string> = {}): Place => ({
  Type: 'registry',
  Attrs: { ref: `${registry.host}/${name}`, ...attributes },
});

async function document(name: string, tag: string, accept: string) {
  const response = await fetch(`http://${registry.host}/v2/${name}/manifests/${tag}`, {
    headers: { accept },
  });
  return (await response.json()) as { mediaType: string } & Record<string, unknown>;
}

test.each([
  {},
  { 'image-manifest': 'false' },
  { 'oci-mediatypes': 'false' },
  { mode: 'max', compression: 'zstd' },
])('an engine with an empty cache takes each step from the registry: %j', async (attributes) => {
  await using first = await openMachine('first');
  await using second = await openMachine('second');
  const name = ['app', ...Object.keys(attributes)].join('-');
  const made = await first.build(['a', 'b'], [], [place(name, attributes)]);
  expect(made.steps).toEqual(['a ran', 'b ran']);
  expect(JSON.parse(made.response['cache.manifest'] ?? '')).toMatchObject({
    mediaType: expect.stringMatching(/manifest|index/),
  });
  const taken = await second.build(['a', 'b', 'c'], [place(name)]);
  expect(taken.steps).toEqual(['a CACHED', 'b CACHED', 'c ran']);
  expect(taken.layers.slice(0, 3)).toEqual(made.layers);
  expect(taken.progress[0]).toBe(`importing cache manifest from ${registry.host}/${name}`);
  const again = await second.build(['a', 'b']);
  expect(again.steps).toEqual(['a CACHED', 'b CACHED']);
});

test('the registry has BuildKit’s format', async () => {
  await using machine = await openMachine('format');
  const types = 'application/vnd.oci.image.manifest.v1+json';
  const { layers } = await machine.build(['a'], [], [place('format')]);
  const manifest = await document('format', 'latest', types);
  expect(manifest).toMatchObject({
    mediaType: types,
    config: { mediaType: 'application/vnd.buildkit.cacheconfig.v0' },
    layers: expect.arrayContaining(
      layers.map((diffId) =>
        expect.objectContaining({
          mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
          annotations: expect.objectContaining({ 'containerd.io/uncompressed': diffId }),
        }),
      ),
    ),
  });
});

test('a step that changed runs, and so do the steps after it', async () => {
  await using first = await openMachine('first');
  await using second = await openMachine('second');
  await first.build(['a', 'b', 'c'], [], [place('changed')]);
  const { steps } = await second.build(['a', 'B', 'c'], [place('changed')]);
  expect(steps).toEqual(['a CACHED', 'B ran', 'c ran']);
});

test('a cache that is not there is shown, and two caches are both used', async () => {
  await using first = await openMachine('first');
  await using second = await openMachine('second');
  await first.build(['a'], [], [place('one')]);
  await first.build(['b'], [], [place('two')]);
  const from = [place('none:1'), place('one'), place('two')];
  expect((await second.build(['a'], from)).steps).toEqual(['a CACHED']);
  const { steps, progress } = await second.build(['b'], from);
  expect(steps).toEqual(['b CACHED']);
  const missing = `${registry.host}/none:1`;
  expect(progress).toContain(
    `importing cache manifest from ${missing}: failed to configure registry cache importer: ${missing}: not found`,
  );
});

test('a build writes the cache that it was given, from which a third engine takes the steps', async () => {
  await using first = await openMachine('first');
  await using second = await openMachine('second');
  await using third = await openMachine('third');
  await first.build(['a', 'b'], [], [place('source', { mode: 'max' })]);
  await second.build(['a', 'b'], [place('source')], [place('copy', { mode: 'max' })]);
  expect((await third.build(['a', 'b'], [place('copy')])).steps).toEqual(['a CACHED', 'b CACHED']);
});

test('a step whose layer the registry has lost runs', async () => {
  await using first = await openMachine('first');
  await using second = await openMachine('second');
  const made = await first.build(['a'], [], [place('lost')]);
  const types = 'application/vnd.oci.image.manifest.v1+json';
  const { layers } = (await document('lost', 'latest', types)) as unknown as {
    layers: { digest: string; annotations: Record<string, string> }[];
  };
  const layer = layers.find(
    ({ annotations }) => annotations['containerd.io/uncompressed'] === made.layers[1],
  );
  const hex = layer?.digest.slice('sha256:'.length) ?? '';
  const blobs = join(registry.storage, 'docker/registry/v2/blobs/sha256');
  await rm(join(blobs, hex.slice(0, 2), hex), { recursive: true });
  expect((await second.build(['a'], [place('lost')])).steps).toEqual(['a ran']);
  expect(second.logged.join()).toContain('downloading the layer of a cached build step: a');
});

test('a cache in a registry that does not answer fails the build, unless errors are ignored', async () => {
  await using machine = await openMachine('refused');
  const refused = (attributes: Record<string, string>) => ({
    Type: 'registry',
    Attrs: { ref: '127.0.0.1:1/app', ...attributes },
  });
  await expect(machine.build(['a'], [], [refused({})])).rejects.toThrow('127.0.0.1:1');
  const { progress } = await machine.build(['a'], [], [refused({ 'ignore-error': 'true' })]);
  expect(progress.join()).toContain('exporting cache to registry: ');
});

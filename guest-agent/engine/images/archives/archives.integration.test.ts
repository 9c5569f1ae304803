import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { parseReference } from '../../../registry/reference.ts';
import {
  type DebianRegistry,
  startDebianRegistry,
} from '../../../registry/testing/debian-registry.ts';
import { testImage, writeLayout } from '../../../registry/testing/test-image.ts';
import { MemoryLayers } from '../../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../../store/testing/temporary-directory.ts';
import { Registries } from '../registries.ts';
import { awkwardLayers } from '../testing/awkward-layers.ts';
import { type ImagesFixture, openImages } from '../testing/images-fixture.ts';
import { loadImages } from './load.ts';
import { saveImages } from './save.ts';

const run = promisify(execFile);
const created = '2026-01-02T03:04:05.000Z';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let registry: DebianRegistry;
let fixture: ImagesFixture;
const at = (name: string) => join(directory.path, name);

beforeAll(async () => {
  directory = await temporaryDirectory();
  registry = await startDebianRegistry(directory.path);
  fixture = await openImages(at('cache'), new MemoryLayers());
  await makeImage(`${registry.host}/team/app:1`);
});
afterAll(async () => {
  await registry.stop();
  await directory[Symbol.asyncDispose]();
});

/** Builds an image of several layers. */
async function makeImage(name: string): Promise<void> {
  const { images } = fixture;
  using held = new DisposableStack();
  let parent: Awaited<ReturnType<typeof images.commit>> | undefined;
  for (const tar of awkwardLayers.filter(({ length }) => length > 0)) {
    const layer = held.use(await images.addLayer(Readable.from([tar])));
    const config = { Cmd: ['/bin/sh'], Labels: { made: 'here' } };
    parent = await images.commit(
      { parent, layer, config, createdBy: 'layer', created },
      parseReference(name),
    );
  }
}

const inspectedSchema = z.object({
  Digest: z.string().optional(),
  Layers: z.array(z.string()),
  Labels: z.record(z.string(), z.string()).nullable(),
});

/** The image as skopeo, an independent tool, sees it. */
async function skopeoInspect(image: string) {
  const { stdout } = await run('skopeo', ['inspect', '--tls-verify=false', image]);
  return inspectedSchema.parse(JSON.parse(stdout));
}

async function load(path: string): Promise<unknown[]> {
  const messages: unknown[] = [];
  const options = { quiet: true };
  const { signal } = new AbortController();
  const loading = loadImages(fixture.images, createReadStream(path), options, signal);
  for await (const message of loading) messages.push(message);
  return messages;
}

test("a push to Debian's registry can be read back by skopeo and by Berth", async () => {
  const name = `${registry.host}/team/app:1`;
  const { id, layers } = fixture.images.resolve(name);
  const request = {
    reference: parseReference(name),
    ...{ platform: undefined, credentials: undefined },
  };
  let digest = '';
  for await (const message of new Registries(fixture.images, []).push(
    request,
    new AbortController().signal,
  )) {
    if ('aux' in message && 'Digest' in message.aux) digest = message.aux.Digest;
  }
  const seen = await skopeoInspect(`docker://${name}`);
  expect(seen).toMatchObject({ Digest: digest, Labels: { made: 'here' } });
  expect(seen.Layers).toHaveLength(layers.length);
  // skopeo checks every blob that it copies.
  await run('skopeo', [
    ...['copy', '--quiet', '--src-tls-verify=false', '--insecure-policy'],
    ...[`docker://${name}`, `dir:${at('copied')}`],
  ]);
  const other = await openImages(at('other'), new MemoryLayers());
  await other.pull(name);
  expect(other.images.resolve(name)).toMatchObject({ id, layers });
});

test('skopeo reads saved images, as a Docker archive and as an image layout', async () => {
  const name = `${registry.host}/team/app:1`;
  await writeFile(at('saved.tar'), saveImages(fixture.images, [name]));
  const { layers } = fixture.images.resolve(name);
  const docker = await skopeoInspect(`docker-archive:${at('saved.tar')}`);
  expect(docker).toMatchObject({ Layers: layers, Labels: { made: 'here' } });
  await run('skopeo', [
    ...['copy', '--quiet', '--insecure-policy'],
    ...[`oci-archive:${at('saved.tar')}`, `dir:${at('from-layout')}`],
  ]);
});

test.each([
  ['docker-archive', 'skopeo/docker:1'],
  ['oci-archive', 'skopeo/oci:1'],
])("skopeo's %s loads", async (format, name) => {
  const image = testImage(
    awkwardLayers.map((tar) => ({ tar })),
    { Cmd: ['/bin/sh'] },
  );
  await writeLayout(at(format), { it: image });
  const archive = at(`${format}.tar`);
  await run('skopeo', [
    ...['copy', '--quiet', '--insecure-policy'],
    ...[`oci:${at(format)}:it`, `${format}:${archive}:${name}`],
  ]);
  for (const compress of [['gzip'], ['xz'], ['bzip2']]) {
    await run('sh', ['-c', `${compress} -k -c "${archive}" > "${archive}.${compress}"`]);
  }
  for (const suffix of ['', '.gzip', '.xz', '.bzip2']) {
    expect(await load(archive + suffix)).toEqual([{ stream: `Loaded image: ${name}\n` }]);
    expect(fixture.images.resolve(name).layers).toEqual(image.diffIds);
    await fixture.images.remove(name, true);
  }
});

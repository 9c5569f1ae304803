import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { json as readJson } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MountPoint } from '../../engine/containers/record/container.ts';
import type { Engine } from '../../engine/engine.ts';
import { loadImages } from '../../engine/images/archives/load.ts';
import { saveImages } from '../../engine/images/archives/save.ts';
import { type ImagesFixture, openImages } from '../../engine/images/testing/images-fixture.ts';
import { testEngine, testRecord } from '../../engine/testing/test-engine.ts';
import { parseReference } from '../../registry/reference.ts';
import {
  type StandInRegistry,
  startStandInRegistry,
} from '../../registry/testing/stand-in-registry.ts';
import { testImage } from '../../registry/testing/test-image.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { writeTar } from '../../store/testing/tar-writer.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ApiServer } from '../server.ts';
import { containerLifecycleRoutes } from './containers-lifecycle.ts';
import { imageRoutes } from './images.ts';
import { networkRoutes } from './networks.ts';
import { prunePreviewRoute } from './prune-preview.ts';
import { volumeRoutes } from './volumes.ts';

const base = { tar: writeTar([{ name: 'base', content: 'base'.repeat(1000) }]) };
const top = { tar: writeTar([{ name: 'app', content: 'app' }]) };
const app = testImage([base, top], { Cmd: ['app'] });
const tool = testImage([base], { Cmd: ['tool'] });

let registry: StandInRegistry;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let layers: MemoryLayers;
let fixture: ImagesFixture;
let engine: Engine;
let server: ApiServer;
let name: (image: string) => string;

beforeEach(async () => {
  registry = await startStandInRegistry({ images: { 'me/app:1': app, 'me/tool:latest': tool } });
  name = (image) => `${registry.host}/${image}`;
  directory = await temporaryDirectory();
  layers = new MemoryLayers();
  engine = await testEngine(directory.path);
  await open();
});

afterEach(async () => {
  server.close();
  await registry.stop();
  await directory[Symbol.asyncDispose]();
});

/** Opens the engine as the agent does at its start. */
async function open() {
  fixture = await openImages(directory.path, layers);
  server = new ApiServer(
    [
      prunePreviewRoute(engine, fixture.images),
      ...imageRoutes(fixture.images),
      ...containerLifecycleRoutes(engine),
      ...networkRoutes(engine),
      ...volumeRoutes(engine),
    ],
    () => {},
  );
  await server.listen(join(directory.path, 'engine.sock'));
}

async function call(method: string, path: string) {
  const socketPath = join(directory.path, 'engine.sock');
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  request({ socketPath, method, path }, (response) => {
    readJson(response).then(resolve, reject);
  })
    .on('error', reject)
    .end();
  return promise;
}

const tags = () =>
  fixture.images.store
    .list()
    .flatMap(({ id }) => fixture.images.store.namesOf(id))
    .flatMap(({ path, tag }) => (tag === undefined ? [] : [`${path}:${tag}`]))
    .sort();

const commit = (text: string) =>
  fixture.images.commit(
    { config: { Env: [text] }, createdBy: text, created: '2026-01-01T00:00:00.000Z' },
    parseReference(text),
  );

test('a prune removes a downloaded image with a tag, and keeps images that were built or tagged here', async () => {
  await fixture.pull(name('me/app:1'));
  await commit('my/image:1');
  server.close();
  await open();
  expect(await call('POST', '/images/prune')).toMatchObject({ ImagesDeleted: [] });
  await call('POST', '/images/prune?downloaded=1');
  expect(tags()).toEqual(['my/image:1']);

  // Tagged again, or its tag moved to another image.
  await fixture.pull(name('me/tool:latest'));
  await fixture.images.tag(name('me/tool'), 'mine:1');
  await fixture.pull(name('me/app:1'));
  await fixture.images.tag('my/image:1', name('me/app:1'));
  await call('POST', '/images/prune?downloaded=1');
  expect(tags()).toEqual(['library/mine:1', 'me/app:1', 'me/tool:latest', 'my/image:1']);

  // After another pull, the image can be downloaded again.
  await call('DELETE', '/images/mine:1');
  await call('POST', '/images/prune?downloaded=1');
  expect(tags()).toEqual(['me/app:1', 'my/image:1']);
});

test('an image loaded from an archive stays, even if it was pulled before', async () => {
  await fixture.pull(name('me/app:1'));
  const archive = Readable.from(saveImages(fixture.images, [name('me/app:1')]));
  const options = { quiet: true };
  for await (const _ of loadImages(fixture.images, archive, options, AbortSignal.timeout(10_000)));
  await call('POST', '/images/prune?downloaded=1');
  expect(tags()).toEqual(['me/app:1']);
  await fixture.pull(name('me/app:1'));
  await call('POST', '/images/prune?downloaded=1');
  expect(tags()).toEqual([]);
});

test('a downloaded image stays if a local image is based on it', async () => {
  await fixture.pull(name('me/tool:latest'));
  const parent = fixture.images.resolve(name('me/tool'));
  const made = { config: {}, createdBy: 'me', created: '2026-01-01T00:00:00.000Z' };
  await fixture.images.commit({ ...made, parent }, parseReference('mine:1'));
  expect(await call('GET', '/prune?images=downloaded')).toMatchObject({ Images: [] });
  await call('POST', '/images/prune?downloaded=1');
  expect(tags()).toEqual(['library/mine:1', 'me/tool:latest']);
});

test('a preview lists what the prunes then remove one after the other', async () => {
  await fixture.pull(name('me/app:1'));
  await fixture.pull(name('me/tool:latest'));
  const own = await commit('my/image:1');
  await engine.volumes.ensure('');
  await engine.volumes.ensure('data');
  const [anonymous] = engine.volumes.list().filter((volume) => volume.anonymous);
  const mount: MountPoint = {
    ...{ type: 'volume', name: anonymous?.name ?? '', source: '', destination: '/v' },
    ...{ readOnly: false, anonymous: true, options: [], subpath: '', propagation: '' },
    ...{ nonRecursive: false, readOnlyNonRecursive: false, layers: [] },
  };
  const stopped = { ...testRecord({ status: 'exited' }), image: app.config.digest };
  await engine.containers.add({ ...stopped, mounts: [mount] });
  await engine.containers.add({
    ...testRecord({ status: 'running' }),
    ...{ id: 'b'.repeat(64), name: 'runs', image: tool.config.digest },
  });
  fixture.users.set(app.config.digest, [{ containerId: stopped.id, running: false }]);
  fixture.users.set(tool.config.digest, [{ containerId: 'b'.repeat(64), running: true }]);

  const preview = '/prune?containers=1&networks=1&volumes=anonymous&images=downloaded';
  expect(await call('GET', preview)).toEqual({
    Containers: [{ Id: stopped.id, Name: 'calm_otter', Size: 0 }],
    Networks: [],
    Volumes: [{ Name: anonymous?.name, Size: expect.any(Number) }],
    Images: [
      {
        Id: app.config.digest,
        RepoTags: [name('me/app:1')],
        Size: base.tar.length + top.tar.length,
      },
    ],
    ImagesKept: [{ Id: own.id, RepoTags: ['my/image:1'], Size: 0 }],
    SpaceReclaimed: expect.any(Number),
  });
  // Without a prune of containers, the stopped container uses its image and volume.
  expect(await call('GET', '/prune?images=all&volumes=all')).toMatchObject({
    Containers: [],
    Volumes: [{ Name: 'data' }],
    Images: [{ Id: own.id }],
    ImagesKept: [],
  });
  expect(await call('GET', '/prune?images=some')).toMatchObject({
    message: 'invalid value for images: some',
  });
});

test('a prune of containers accepts only Docker’s filters', async () => {
  const filters = encodeURIComponent(JSON.stringify({ name: ['a'] }));
  expect(await call('POST', `/containers/prune?filters=${filters}`)).toEqual({
    message: "invalid filter 'name'",
  });
});

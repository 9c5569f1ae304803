import { randomBytes } from 'node:crypto';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { json as readJson, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ImagesFixture, openImages } from '../../engine/images/testing/images-fixture.ts';
import {
  type StandInRegistry,
  startStandInRegistry,
} from '../../registry/testing/stand-in-registry.ts';
import { testImage } from '../../registry/testing/test-image.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ApiServer } from '../server.ts';
import { imageDiskUsage, imageRoutes } from './images.ts';

const base = { tar: randomBytes(50_000) };
const app = testImage([base, { tar: randomBytes(1000) }], {
  Cmd: ['app'],
  Labels: { team: 'red' },
  Env: ['A=1'],
});
const tool = testImage([base], { Labels: { team: 'blue' } });

let registry: StandInRegistry;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let fixture: ImagesFixture;
let server: ApiServer;
let socketPath: string;
let name: (image: string) => string;

beforeEach(async () => {
  registry = await startStandInRegistry({ images: { 'me/app:1': app, 'me/tool:latest': tool } });
  name = (image) => `${registry.host}/${image}`;
  directory = await temporaryDirectory();
  fixture = await openImages(directory.path, new MemoryLayers());
  server = new ApiServer(imageRoutes(fixture.images), () => {});
  socketPath = join(directory.path, 'engine.sock');
  await server.listen(socketPath);
});

afterEach(async () => {
  server.close();
  await registry.stop();
  await directory[Symbol.asyncDispose]();
});

async function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ socketPath, method, path, headers }, resolve).on('error', reject).end();
  return promise;
}

/** Returns the status and the parsed body. */
async function call(method: string, path: string) {
  const response = await send(method, path);
  return { status: response.statusCode, body: (await readJson(response)) as unknown };
}

const pullPath = (image: string, tag: string) =>
  `/v1.44/images/create?fromImage=${encodeURIComponent(name(image))}&tag=${encodeURIComponent(tag)}`;

const filtered = (filters: object) =>
  call('GET', `/images/json?filters=${encodeURIComponent(JSON.stringify(filters))}`);

async function pullLines(image: string, tag: string, headers = {}) {
  const response = await send('POST', pullPath(image, tag), headers);
  const lines = (await text(response)).trim().split('\r\n');
  return { status: response.statusCode, lines: lines.map((line) => JSON.parse(line)) };
}

test('pulls, with one JSON document a line', async () => {
  const { status, lines } = await pullLines('me/app', '1');
  expect(status).toBe(200);
  expect(lines[0]).toEqual({ status: 'Pulling from me/app', id: '1' });
  expect(lines.at(-1)).toEqual({
    status: `Status: Downloaded newer image for ${name('me/app:1')}`,
  });
});

test('pulls by digest, and pulls all tags if none is given', async () => {
  await pullLines('me/app', app.manifest.digest);
  expect(fixture.images.resolve(name(`me/app@${app.manifest.digest}`)).id).toBe(app.config.digest);
  registry.behaviour.images['me/tool:2'] = app;
  await pullLines('me/tool', '');
  expect(fixture.images.resolve(name('me/tool')).id).toBe(tool.config.digest);
  expect(fixture.images.resolve(name('me/tool:2')).id).toBe(app.config.digest);
});

test('a missing image is a plain 404', async () => {
  const { status, body } = await call('POST', pullPath('me/app', 'nope'));
  expect(status).toBe(404);
  expect(body).toEqual({
    message: `manifest for ${name('me/app:nope')} not found: manifest unknown: manifest unknown`,
  });
});

test('a failure in the middle is a line of the stream', async () => {
  registry.behaviour.tamperBlob = app.layers[0]?.digest ?? '';
  const { status, lines } = await pullLines('me/app', '1');
  expect(status).toBe(200);
  const message = expect.stringContaining(
    `filesystem layer verification failed for digest ${app.layers[0]?.digest}`,
  );
  expect(lines.at(-1)).toEqual({ errorDetail: { message }, error: message });
});

test('logs in with the credentials of the request', async () => {
  registry.behaviour.auth = { username: 'me', password: 'secret' };
  const header = (password: string) => ({
    'x-registry-auth': Buffer.from(JSON.stringify({ username: 'me', password })).toString(
      'base64url',
    ),
  });
  expect((await pullLines('me/app', '1', header('secret'))).status).toBe(200);
  expect((await send('POST', pullPath('me/app', '1'), header('wrong'))).statusCode).toBe(401);
  expect((await send('POST', pullPath('me/app', '1'), { 'x-registry-auth': '%' })).statusCode).toBe(
    400,
  );
});

test('a bad reference or platform is a 400', async () => {
  expect((await call('POST', '/images/create?fromImage=Bad')).status).toBe(400);
  expect((await call('POST', `${pullPath('me/app', '1')}&platform=a/b/c/d`)).status).toBe(400);
  expect((await call('POST', '/images/create')).status).toBe(400);
});

test('lists images', async () => {
  await fixture.pull(name('me/app:1'));
  await fixture.pull(name('me/tool'));
  const { body } = await call('GET', '/images/json?shared-size=1');
  expect(body).toContainEqual({
    Id: app.config.digest,
    Descriptor: app.manifest,
    ParentId: '',
    RepoTags: [name('me/app:1')],
    RepoDigests: [name(`me/app@${app.manifest.digest}`)],
    Created: Date.parse('2024-01-02T03:04:05Z') / 1000,
    Size: 51_000,
    SharedSize: 50_000,
    Labels: { team: 'red' },
    Containers: 0,
  });
  expect((await call('GET', '/images/json')).body).toContainEqual(
    expect.objectContaining({ Id: tool.config.digest, SharedSize: -1, Containers: 0 }),
  );
});

test('filters the list', async () => {
  await fixture.pull(name('me/app:1'));
  await fixture.pull(name('me/tool'));
  await fixture.images.tag(name('me/tool'), 'tool:dev');
  const ids = async (filters: object) => {
    const { body } = await filtered(filters);
    return (body as { Id: string }[]).map(({ Id }) => Id);
  };
  expect(await ids({ label: ['team=red'] })).toEqual([app.config.digest]);
  expect(await ids({ label: ['team', 'team=blue'] })).toEqual([tool.config.digest]);
  expect(await ids({ reference: ['tool'] })).toEqual([tool.config.digest]);
  expect(await ids({ reference: ['t*:dev'] })).toEqual([tool.config.digest]);
  expect(await ids({ reference: ['*'] })).toEqual([tool.config.digest]);
  expect((await filtered({ reference: ['tool'] })).body).toMatchObject([
    { RepoTags: ['tool:dev'], RepoDigests: [] },
  ]);
  expect(await ids({ dangling: { true: true } })).toEqual([]);
  expect(await ids({ dangling: ['false'] })).toHaveLength(2);
  expect(await ids({ before: [name('me/app:1')] })).toEqual([]);
  expect((await filtered({ nonsense: ['x'] })).status).toBe(400);
  expect((await filtered({ dangling: ['maybe'] })).status).toBe(400);
});

test('inspects an image by each of its names', async () => {
  await fixture.pull(name('me/app:1'));
  const { body } = await call('GET', `/images/${name('me/app:1')}/json`);
  expect(body).toMatchObject({
    Id: app.config.digest,
    RepoTags: [name('me/app:1')],
    Config: { Cmd: ['app'], Env: ['A=1'], Labels: { team: 'red' } },
    Created: '2024-01-02T03:04:05Z',
    Os: 'linux',
    Size: 51_000,
    RootFS: { Type: 'layers', Layers: app.diffIds },
    Descriptor: { digest: app.manifest.digest },
  });
  for (const other of [app.config.digest, app.config.digest.slice(7, 19)]) {
    expect((await call('GET', `/images/${other}/json`)).body).toEqual(body);
  }
  expect(await call('GET', '/images/none/json')).toEqual({
    status: 404,
    body: { message: 'No such image: none:latest' },
  });
});

test('lists the history, newest first', async () => {
  await fixture.pull(name('me/app:1'));
  const { body } = await call('GET', `/images/${name('me/app:1')}/history`);
  expect(body).toEqual([
    expect.objectContaining({ Id: app.config.digest, Size: 1000, Tags: [name('me/app:1')] }),
    expect.objectContaining({ Id: '<missing>', Size: 50_000, CreatedBy: `add ${app.diffIds[0]}` }),
  ]);
});

test('tags and untags', async () => {
  await fixture.pull(name('me/app:1'));
  const tag = await send('POST', `/images/${name('me/app:1')}/tag?repo=mine&tag=v1`);
  expect(tag.statusCode).toBe(201);
  expect(fixture.images.resolve('mine:v1').id).toBe(app.config.digest);
  expect(await call('DELETE', '/images/mine:v1')).toEqual({
    status: 200,
    body: [{ Untagged: 'mine:v1' }],
  });
  expect((await call('DELETE', '/images/mine:v1')).status).toBe(404);
});

test('removes an image with its last tag, and layers that no other image uses', async () => {
  await fixture.pull(name('me/app:1'));
  await fixture.pull(name('me/tool'));
  expect((await call('DELETE', `/images/${name('me/app:1')}`)).body).toEqual([
    { Untagged: name('me/app:1') },
    { Untagged: name(`me/app@${app.manifest.digest}`) },
    { Deleted: app.config.digest },
    { Deleted: app.diffIds[1] },
  ]);
  expect(fixture.images.layers.list().map(({ diffId }) => diffId)).toEqual([...tool.diffIds]);
  expect(fixture.images.content.list().sort()).toEqual(
    [tool.config.digest, tool.manifest.digest].sort(),
  );
});

test.each([
  { by: 'name', running: false, force: false, status: 409, left: true },
  { by: 'name', running: false, force: true, status: 200, left: false },
  { by: 'name', running: true, force: true, status: 200, left: true },
  { by: 'id', running: false, force: false, status: 409, left: true },
  { by: 'id', running: false, force: true, status: 200, left: false },
  { by: 'id', running: true, force: true, status: 409, left: true },
])('removing a used image: %o', async ({ by, running, force, status, left }) => {
  await fixture.pull(name('me/app:1'));
  const containerId = 'c'.repeat(64);
  fixture.users.set(app.config.digest, [{ containerId, running }]);
  const reference = by === 'name' ? name('me/app:1') : app.config.digest.slice(7, 19);
  const answer = await call('DELETE', `/images/${reference}?force=${force}`);
  expect(answer.status).toBe(status);
  if (status === 409) {
    expect(answer.body).toEqual({ message: expect.stringMatching(/conflict: .*cccccccccccc/) });
  }
  expect(fixture.images.store.get(app.config.digest) !== undefined).toBe(left);
});

test('an image with tags in several places needs force to be removed by ID', async () => {
  await fixture.pull(name('me/app:1'));
  await fixture.images.tag(name('me/app:1'), 'other:1');
  const path = `/images/${app.config.digest}`;
  expect(await call('DELETE', path)).toEqual({
    status: 409,
    body: { message: expect.stringContaining('must be forced') },
  });
  expect((await call('DELETE', `${path}?force=1`)).status).toBe(200);
  expect(fixture.images.store.list()).toEqual([]);
});

test('prunes images without a tag, or with dangling=false all unused images', async () => {
  await fixture.pull(name('me/app:1'));
  await fixture.pull(name('me/tool'));
  registry.behaviour.images['me/app:1'] = tool;
  await fixture.pull(name('me/app:1'));
  const prune = (filters: object) =>
    call('POST', `/images/prune?filters=${encodeURIComponent(JSON.stringify(filters))}`);

  expect((await prune({ label: ['team=green'] })).body).toMatchObject({ ImagesDeleted: [] });
  expect((await prune({ until: ['10m'], nonsense: ['x'] })).status).toBe(400);
  expect((await prune({})).body).toEqual({
    ImagesDeleted: [
      { Untagged: name(`me/app@${app.manifest.digest}`) },
      { Deleted: app.config.digest },
      { Deleted: app.diffIds[1] },
    ],
    SpaceReclaimed: 1000,
  });
  fixture.users.set(tool.config.digest, [{ containerId: 'c', running: false }]);
  await prune({ dangling: ['false'] });
  expect(fixture.images.store.list()).toHaveLength(1);
  fixture.users.clear();
  await prune({ dangling: ['false'] });
  expect(fixture.images.store.list()).toEqual([]);
  expect(fixture.images.layers.list()).toEqual([]);
});

test('counts the disk space of images, each layer once', async () => {
  await fixture.pull(name('me/app:1'));
  await fixture.pull(name('me/tool'));
  fixture.users.set(tool.config.digest, [{ containerId: 'c', running: true }]);
  const { LayersSize, Images } = imageDiskUsage(fixture.images);
  expect(LayersSize).toBe(51_000);
  expect(Images.find(({ Id }) => Id === tool.config.digest)).toMatchObject({
    Size: 50_000,
    SharedSize: 50_000,
    Containers: 1,
  });
});

test('before API 1.52, an image shows all fields of its configuration, sorted by name', async () => {
  await pullLines('me/tool', 'latest');
  const { body } = await call('GET', `/v1.51/images/${encodeURIComponent(name('me/tool'))}/json`);
  expect(body).toHaveProperty('Config');
  const { Config } = body as { Config: unknown };
  expect(JSON.stringify(Config)).toBe(
    '{"Cmd":null,"Entrypoint":null,"Env":null,"Labels":{"team":"blue"},"OnBuild":null,"User":"","Volumes":null,"WorkingDir":""}',
  );
});

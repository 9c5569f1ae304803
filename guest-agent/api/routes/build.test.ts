import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Buildkit } from '../../buildkit/buildkit.ts';
import { Registries } from '../../engine/images/registries.ts';
import { openImages } from '../../engine/images/testing/images-fixture.ts';
import { testEngine } from '../../engine/testing/test-engine.ts';
import { MemoryLayers } from '../../store/testing/memory-layers.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ApiServer } from '../server.ts';
import { buildRoutes } from './build.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: ApiServer;
let socketPath: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  const { images } = await openImages(directory.path, new MemoryLayers());
  const engine = await testEngine(directory.path);
  const buildkit = new Buildkit(engine, images, new Registries(images, []));
  server = new ApiServer(buildRoutes(engine, images, buildkit), () => {});
  socketPath = join(directory.path, 'engine.sock');
  await server.listen(socketPath);
});
afterEach(async () => {
  server.close();
  await directory[Symbol.asyncDispose]();
});

async function post(path: string) {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request({ socketPath, method: 'POST', path }, resolve).on('error', reject).end();
  const response = await promise;
  return { status: response.statusCode, body: await text(response) };
}

test.each([
  ['version=3', 400, 'invalid version "3"'],
  ['version=2&networkmode=mine', 400, 'network mode "mine" not supported by buildkit'],
  ['version=2&outputs=[{"Type":"local"},{"Type":"tar"}]', 400, 'multiple outputs not supported'],
  ['version=2&ulimits=x', 400, 'invalid value for ulimits: x'],
  ['version=2&cachefrom=x', 400, 'invalid value for cachefrom: x'],
  ['squash=1', 400, 'squash is only supported with experimental mode'],
  ['t=a:b:c', 400, 'invalid reference format'],
  ['platform=a/b/c/d', 400, 'is an invalid platform'],
  ['buildargs=x', 400, 'invalid value for buildargs: x'],
  ['labels={"a":1}', 400, 'invalid value for labels'],
  ['memory=x', 400, 'invalid value for memory: x'],
  ['remote=git://example.test/a', 400, 'a git repository has to be cloned first'],
])('POST /build?%s is refused', async (query, status, message) => {
  const answer = await post(`/build?${encodeURI(query)}`);
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body).message).toContain(message);
});

import { request } from 'node:http';
import { join } from 'node:path';
import { json as readJson } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ApiServer } from '../server.ts';
import { pluginRoutes } from './plugins.ts';
import { swarmRoutes } from './swarm.ts';

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let server: ApiServer;
let socketPath: string;

beforeEach(async () => {
  directory = await temporaryDirectory();
  server = new ApiServer([...swarmRoutes, ...pluginRoutes], () => {});
  socketPath = join(directory.path, 'engine.sock');
  await server.listen(socketPath);
});
afterEach(async () => {
  server.close();
  await directory[Symbol.asyncDispose]();
});

async function call(method: string, path: string) {
  const { promise, resolve, reject } = Promise.withResolvers<[number | undefined, unknown]>();
  request({ socketPath, method, path }, (response) => {
    readJson(response).then((body) => resolve([response.statusCode, body]), reject);
  })
    .on('error', reject)
    .end();
  return promise;
}

test.each([
  ['GET', '/swarm'],
  ['GET', '/nodes'],
  ['DELETE', '/nodes/x'],
  ['POST', '/services/create'],
  ['GET', '/services/x/logs'],
  ['GET', '/tasks/x'],
  ['POST', '/secrets/create'],
  ['GET', '/configs/x'],
])('%s %s says that this isn’t a swarm manager', async (method, path) => {
  const [status, body] = await call(method, path);
  expect(status).toBe(503);
  expect(body).toMatchObject({
    message: expect.stringMatching(/^This node is not a swarm manager/),
  });
});

test('you can neither leave nor create a swarm', async () => {
  const [left, said] = await call('POST', '/swarm/leave');
  expect([left, said]).toEqual([503, { message: 'This node is not part of a swarm' }]);
  expect((await call('POST', '/swarm/init'))[0]).toBe(501);
});

test('there are no plugins', async () => {
  expect(await call('GET', '/plugins')).toEqual([200, []]);
  const missing = [404, { message: 'plugin "me/x:1" not found' }];
  expect(await call('GET', '/plugins/me/x:1/json')).toEqual(missing);
  expect(await call('DELETE', '/plugins/me/x:1')).toEqual(missing);
  expect(await call('POST', '/plugins/me/x:1/enable')).toEqual(missing);
});

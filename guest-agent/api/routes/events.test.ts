import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import type { Engine } from '../../engine/engine.ts';
import { testEngine } from '../../engine/testing/test-engine.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ApiServer } from '../server.ts';
import { eventRoutes } from './events.ts';

const eventSchema = z.object({
  Type: z.string(),
  Action: z.string(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
  status: z.string().optional(),
  from: z.string().optional(),
});

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let engine: Engine;
let server: ApiServer;

beforeEach(async () => {
  directory = await temporaryDirectory();
  engine = await testEngine(directory.path);
  server = new ApiServer(eventRoutes(engine), () => {});
  await server.listen(join(directory.path, 'engine.sock'));
  const publish = (type: 'container' | 'volume', action: string, attributes = {}) =>
    engine.events.publish({ type, action, id: `${type}1`, attributes });
  publish('volume', 'create');
  publish('container', 'create', { image: 'box', name: 'web', team: 'red' });
  publish('container', 'exec_start: ls', { image: 'box', name: 'web', team: 'red', tier: '1' });
  publish('container', 'die', { image: 'box', name: 'web', exitCode: '3' });
});
afterEach(async () => {
  server.close();
  await directory[Symbol.asyncDispose]();
});

/** The answer to a request for past events that match the filters. */
async function answer(filters: Record<string, string[]>, version = '', accept = '*/*') {
  const query = new URLSearchParams({
    since: '1',
    until: String(Date.now() / 1000),
    filters: JSON.stringify(filters),
  });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const socketPath = join(directory.path, 'engine.sock');
  request({ socketPath, path: `${version}/events?${query}`, headers: { accept } }, resolve)
    .on('error', reject)
    .end();
  const response = await promise;
  return { type: response.headers['content-type'], text: await text(response) };
}

/** Past events that match the filters. */
async function past(filters: Record<string, string[]> = {}, version = '') {
  return (await answer(filters, version)).text
    .split('\n')
    .filter(Boolean)
    .map((line) => eventSchema.parse(JSON.parse(line)));
}

const actions = async (filters: Record<string, string[]>) =>
  (await past(filters)).map(({ Type, Action }) => `${Type} ${Action}`);

test('past events come in order, and end at `until`', async () => {
  const events = await past();
  expect(events.map(({ Action }) => Action)).toEqual(['create', 'create', 'exec_start: ls', 'die']);
  expect(events[1]).not.toHaveProperty('status');
});

test('up to API 1.51, events have the fields of older clients', async () => {
  const events = await past({}, '/v1.51');
  expect(events[1]).toMatchObject({ status: 'create', from: 'box' });
  expect(events[0]).not.toHaveProperty('status');
});

test('the type is what the client asks for, or depends on its version', async () => {
  const type = async (version: string, accept?: string) => (await answer({}, version, accept)).type;
  expect(await type('/v1.51')).toBe('application/json');
  expect(await type('/v1.52')).toBe('application/jsonl');
  expect(await type('/v1.52', 'application/x-ndjson')).toBe('application/x-ndjson');
  const sequence = await answer({}, '/v1.52', 'text/html, application/json-seq;q=1');
  expect(sequence.type).toBe('application/json-seq');
  expect(
    sequence.text
      .split('\n')
      .filter(Boolean)
      .map((line) => line[0]),
  ).toEqual(new Array(4).fill('\x1e'));
});

test('filters select events', async () => {
  expect(await actions({ type: ['volume'] })).toEqual(['volume create']);
  expect(await actions({ event: ['die', 'exec_start'] })).toEqual([
    'container exec_start: ls',
    'container die',
  ]);
  expect(await actions({ container: ['web'], event: ['create'] })).toEqual(['container create']);
  expect(await actions({ label: ['team=red', 'tier'] })).toEqual(['container exec_start: ls']);
  expect(await actions({ image: ['box'], type: ['volume'] })).toEqual([]);
});

test('an unknown filter hides nothing', async () => {
  expect(await actions({ nosuch: ['x'], type: ['volume'] })).toEqual(['volume create']);
});

test('a client that does not read is cut off, and one that reads gets every event', async () => {
  const socketPath = join(directory.path, 'engine.sock');
  const absent = connect(socketPath);
  absent.on('error', () => {});
  absent.pause();
  absent.write('GET /events HTTP/1.1\r\nHost: engine\r\n\r\n');
  const { promise, resolve } = Promise.withResolvers<IncomingMessage>();
  const client = request({ socketPath, path: '/events' }, resolve);
  client.end();
  const response = await promise;
  let received = 0;
  response.on('data', (chunk: Buffer) => {
    received += chunk.toString().split('\n').length - 1;
  });
  const count = 400;
  const label = 'x'.repeat(20_000);
  await expect.poll(() => engine.events.subscribers).toBe(2);
  for (let index = 0; index < count; index++) {
    engine.events.publish({ type: 'image', action: 'pull', id: `${index}`, attributes: { label } });
    if (index % 10 === 0) await new Promise((go) => setTimeout(go, 5));
  }
  await expect.poll(() => received).toBe(count);
  await expect.poll(() => engine.events.subscribers).toBe(1);
  // What the kernel holds for the client arrives, and then the end.
  absent.resume();
  await new Promise((closed) => absent.once('close', closed));
  client.destroy();
});

test('past events take little memory, however large they are', () => {
  const label = 'x'.repeat(100_000);
  for (let index = 0; index < 256; index++) {
    engine.events.publish({ type: 'image', action: 'pull', id: `${index}`, attributes: { label } });
  }
  expect(engine.events.past().length).toBeLessThan(60);
  expect(engine.events.past().at(-1)?.id).toBe('255');
});

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import {
  type ScriptedEngine,
  startScriptedEngine,
  upgradeHead,
} from '../testing/scripted-engine.ts';
import type { EngineClient } from './client.ts';
import { createEngineClient } from './http-client.ts';
import type { Patience } from './silence.ts';

let engine: ScriptedEngine;
beforeEach(async () => {
  engine = await startScriptedEngine();
});
afterEach(() => engine[Symbol.asyncDispose]());

test('asks with the version, the query and a JSON body, and parses the reply', async () => {
  engine.json('POST /containers/create', { Id: 'abc' }, 201);
  const client = createEngineClient(engine.socketPath);
  const reply = await client.json('POST', '/containers/create', {
    query: { name: 'web', filters: { status: ['exited'] }, absent: undefined },
    body: { Image: 'busybox' },
  });
  expect(reply).toEqual({ Id: 'abc' });
  expect(engine.requests).toMatchObject([
    {
      method: 'POST',
      path: '/containers/create',
      query: { name: 'web', filters: '{"status":["exited"]}' },
      body: { Image: 'busybox' },
    },
  ]);
});

test('an empty reply is undefined', async () => {
  engine.answer('POST /containers/a/start', (_, response) => void response.writeHead(204).end());
  const client = createEngineClient(engine.socketPath);
  expect(await client.json('POST', '/containers/a/start')).toBeUndefined();
});

test("an error carries the engine's status and message", async () => {
  engine.json('GET /containers/a/json', { message: 'No such container: a' }, 404);
  const client = createEngineClient(engine.socketPath);
  await expect(client.json('GET', '/containers/a/json')).rejects.toMatchObject({
    code: 'engine',
    status: 404,
    message: 'No such container: a',
  });
});

test('no engine at the socket is a connection error with a hint', async () => {
  const client = createEngineClient('/nonexistent/engine.sock');
  await expect(client.json('GET', '/_ping')).rejects.toMatchObject({
    code: 'connection',
    message: "the engine doesn't answer at /nonexistent/engine.sock",
    hint: 'Run `berth machine status` to check the VM.',
  });
});

test('aborting ends a stream that is being read', async () => {
  engine.answer('GET /events', (_, response) => void response.write('{"one":1}\n'));
  const abort = new AbortController();
  const stream = await createEngineClient(engine.socketPath).stream('GET', '/events', {
    signal: abort.signal,
  });
  await once(stream, 'data');
  abort.abort();
  await expect(once(stream, 'end')).rejects.toThrow('aborted');
});

test('a call that is aborted before the reply is cancelled', async () => {
  const asked = Promise.withResolvers<void>();
  engine.answer('GET /info', () => asked.resolve());
  const abort = new AbortController();
  const reply = createEngineClient(engine.socketPath).json('GET', '/info', {
    signal: abort.signal,
  });
  await asked.promise;
  abort.abort();
  await expect(reply).rejects.toMatchObject({ code: 'cancelled' });
});

test('an idle connection that turns out to be dead is replaced without anyone noticing', async () => {
  const used = new WeakSet<object>();
  let broken = 0;
  engine.answer('GET /info', (_, response) => {
    const socket = response.socket as object;
    if (used.has(socket)) {
      broken++;
      response.socket?.destroy();
    } else response.end('{}');
    used.add(socket);
  });
  const client = createEngineClient(engine.socketPath);
  for (let round = 0; round < 5; round++) expect(await client.json('GET', '/info')).toEqual({});
  expect(broken).toBeGreaterThan(0);
});

/** What the client does by default; framing its input, as it does on Windows, works everywhere. */
const inputs = [
  { how: 'by default', options: {} },
  { how: 'framed', options: { framesInput: true } },
];

for (const status of [101, 200]) {
  test.each(inputs)(
    `a hijacked stream (status ${status}) keeps early bytes, and its input can end first: $how`,
    async ({ options }) => {
      const got = Promise.withResolvers<string>();
      engine.upgrade('POST /containers/a/attach', async (socket) => {
        const head =
          status === 101
            ? upgradeHead(true)
            : 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\nBerth-Input: framed\r\n\r\n';
        socket.write(`${head}early `);
        got.resolve(await text(socket));
        socket.end('late');
      });
      const client = createEngineClient(engine.socketPath, options);
      const { socket, raw } = await client.hijack('/containers/a/attach');
      expect(raw).toBe(true);
      socket.write('to the ');
      socket.end('container');
      expect(await text(socket)).toBe('early late');
      expect(await got.promise).toBe('to the container');
    },
  );
}

for (const status of [101, 200]) {
  test(`a hijacked stream (status ${status}) that ends with unread input gives all of its output`, async () => {
    const output = 'output '.repeat(10_000);
    engine.upgrade('POST /containers/a/attach', async (socket) => {
      const head =
        status === 101
          ? upgradeHead(true)
          : 'HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n';
      socket.on('error', () => {});
      socket.write(head);
      await once(socket, 'readable');
      // The kernel still has input when the socket closes: the connection is reset.
      socket.write(output, () => socket.destroy());
    });
    const { socket } = await createEngineClient(engine.socketPath).hijack('/containers/a/attach');
    const sending = setInterval(() => socket.write(Buffer.alloc(500_000)), 1);
    const received: Buffer[] = [];
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      received.push(chunk);
      // Slower than the engine, so that the reset comes before the last bytes are read.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    clearInterval(sending);
    expect(Buffer.concat(received).toString()).toBe(output);
    socket.destroy();
  });
}

test.each(inputs)(
  'a hijack sends its JSON body first, and megabytes come through unchanged: $how',
  async ({ options }) => {
    const sent = Buffer.alloc(3_000_000, 'any bytes ');
    engine.upgrade('POST /exec/e/start', async (socket) => {
      socket.write(upgradeHead(false));
      socket.end(await buffer(socket));
    });
    const client = createEngineClient(engine.socketPath, options);
    const { socket, raw } = await client.hijack('/exec/e/start', { body: { Tty: false } });
    expect(raw).toBe(false);
    socket.end(sent);
    expect((await buffer(socket)).equals(sent)).toBe(true);
    expect(engine.requests[0]?.body).toEqual({ Tty: false });
  },
);

test('an engine that doesn’t know framed input gets it unframed', async () => {
  const got = Promise.withResolvers<string>();
  // Such an engine would also not read the frames, so its connection is the plain one.
  const connections: Socket[] = [];
  const plain = createServer((socket) => {
    connections.push(socket);
    socket.once('data', async () => {
      socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      socket.once('data', (chunk) => got.resolve(String(chunk)));
    });
  });
  const directory = await mkdtemp(join(tmpdir(), 'berth-plain-'));
  const path = testSocket(directory, 'engine');
  await new Promise<void>((resolve) => plain.listen(path, resolve));
  onTestFinished(async () => {
    for (const connection of connections) connection.destroy();
    plain.close();
    await rm(directory, { recursive: true });
  });
  const { socket } = await createEngineClient(path, { framesInput: true }).hijack('/exec/e/start');
  socket.write('as typed');
  expect(await got.promise).toBe('as typed');
  socket.destroy();
});

test('a hijack that is refused rejects with the message', async () => {
  engine.upgrade('POST /containers/a/attach', (socket) => {
    const body = '{"message":"container a is paused"}';
    socket.end(`HTTP/1.1 409 Conflict\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
  });
  const client = createEngineClient(engine.socketPath);
  await expect(client.hijack('/containers/a/attach')).rejects.toMatchObject({
    status: 409,
    message: 'container a is paused',
  });
});

test('aborting a reply that has come and is still being read harms nobody', async () => {
  engine.answer('GET /events', (_, response) => void response.end('{"one":1}\n'));
  const abort = new AbortController();
  const stream = await createEngineClient(engine.socketPath).stream('GET', '/events', {
    signal: abort.signal,
  });
  await expect.poll(() => stream.complete).toBe(true);
  abort.abort();
  // An error that nobody hears would end the process here.
  await once(stream, 'close');
});

const hurry: Patience = { askMs: 40, tellMs: 300, giveUpMs: 400 };
const advice = expect.stringContaining('Run `berth machine restart work`');

/** A client with little patience, and how often it reported a silent engine. */
function hurried() {
  const onSilent = vi.fn();
  const options = { machine: 'work', patience: hurry, onSilent };
  return { client: createEngineClient(engine.socketPath, options), onSilent };
}

const calls: Readonly<Record<string, (client: EngineClient) => Promise<unknown>>> = {
  'a document': (client) => client.json('GET', '/version'),
  'a stream': (client) => client.stream('GET', '/events'),
  'a session': (client) => client.hijack('/containers/a/attach'),
};
for (const [what, call] of Object.entries(calls)) {
  test(`a hung engine is reported, then given up: ${what}`, async () => {
    engine.hang();
    const { client, onSilent } = hurried();
    await expect(call(client)).rejects.toMatchObject({
      ...{ code: 'timeout', message: "the engine in the VM isn't answering", hint: advice },
    });
    expect(onSilent).toHaveBeenCalledTimes(1);
  });
}

test('an engine that hangs in the middle of a document is given up', async () => {
  engine.answer('GET /info', (_, response) => {
    response.write('{"half":');
    engine.hang();
  });
  await expect(hurried().client.json('GET', '/info')).rejects.toMatchObject({ code: 'timeout' });
});

test('a call that takes long is waited for while the engine is well, without a word', async () => {
  engine.answer('GET /_ping', (_, response) => void response.end('OK'));
  engine.answer('POST /containers/a/stop', async (_, response) => {
    await sleep(1000);
    response.writeHead(204).end();
  });
  const { client, onSilent } = hurried();
  await client.json('POST', '/containers/a/stop');
  expect(onSilent).not.toHaveBeenCalled();
});

test('a stream that has begun may be silent for as long as it likes', async () => {
  engine.answer('GET /events', async (_, response) => {
    response.writeHead(200).flushHeaders();
    engine.hang();
    await sleep(1000);
    response.end('{}');
  });
  const { client, onSilent } = hurried();
  expect(await text(await client.stream('GET', '/events'))).toBe('{}');
  expect(onSilent).not.toHaveBeenCalled();
});

test('nothing is written into a session that has begun', async () => {
  engine.upgrade('POST /containers/a/attach', (socket) => void socket.write(upgradeHead(true)));
  const { client, onSilent } = hurried();
  const { socket } = await client.hijack('/containers/a/attach');
  engine.hang();
  await expect(client.json('POST', '/containers/a/resize')).rejects.toMatchObject({
    code: 'timeout',
  });
  expect(onSilent).not.toHaveBeenCalled();
  socket.destroy();
});

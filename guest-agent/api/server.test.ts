import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import * as z from 'zod';
import { EngineError } from '../errors.ts';
import { empty, json, type Reply, type Route } from './route.ts';
import { ApiServer } from './server.ts';

let directory: string;
let path: string;
let server: ApiServer;
const logged: string[] = [];
/** Resolves when the client of `/forever` disconnects. */
const left = Promise.withResolvers<void>();

async function stay(): Promise<Reply> {
  return {
    kind: 'hijack',
    contentType: 'application/vnd.docker.raw-stream',
    run: (socket) => {
      socket.once('close', left.resolve);
      return left.promise;
    },
  };
}

/** One route for each kind of reply. */
const routes: Route[] = [
  { method: 'GET', path: '/echo/:word', handle: async ({ params }) => json(params) },
  { method: 'GET', path: '/images/*name/json', handle: async ({ params }) => json(params) },
  {
    method: 'POST',
    path: '/body',
    handle: async (r) => json(await r.json(z.object({ a: z.number() }))),
  },
  {
    method: 'POST',
    path: '/optional-body',
    handle: async (r) => json({ body: (await r.json(z.object({}).nullish())) ?? 'none' }),
  },
  {
    method: 'GET',
    path: '/fail/:code',
    handle: async ({ params }) => {
      if (params.code === 'bug') throw new TypeError('a bug');
      throw new EngineError(params.code === '304' ? 'not-modified' : 'not-found', 'No such thing');
    },
  },
  {
    method: 'GET',
    path: '/late',
    handle: async () => ({
      kind: 'stream',
      contentType: 'application/json',
      body: (async function* () {
        await Promise.resolve();
        yield* [];
        throw new EngineError('conflict', 'before the first chunk');
      })(),
    }),
  },
  {
    method: 'GET',
    path: '/lines',
    handle: async () => ({
      ...{ kind: 'stream', contentType: 'text/plain' },
      body: (async function* () {
        yield 'one\n';
        yield 'two\n';
      })(),
    }),
  },
  {
    method: 'POST',
    path: '/upper',
    handle: async (r) => {
      const { prefix } = await r.json(z.object({ prefix: z.string().default('') }));
      return {
        kind: 'hijack',
        contentType: 'application/vnd.docker.raw-stream',
        run: async (socket) => {
          const input = await text(socket.iterator({ destroyOnReturn: false }));
          socket.end(prefix + input.toUpperCase());
        },
      };
    },
  },
  {
    method: 'POST',
    path: '/first-chunk',
    handle: async ({ body }) => {
      for await (const _ of body) throw new EngineError('conflict', 'after the first chunk');
      return empty();
    },
  },
  { method: 'POST', path: '/forever', handle: stay },
  { method: 'POST', path: '/watch', looksOn: 'always', handle: stay },
  { method: 'POST', path: '/follow', looksOn: 'when-said', handle: stay },
  { method: 'POST', path: '/nothing', handle: async () => empty() },
  {
    method: 'POST',
    path: '/grpc',
    handle: async () => ({ kind: 'http2', run: async (socket) => void socket.end('frames') }),
  },
  {
    method: 'GET',
    path: '/shout/ws',
    handle: async () => ({
      kind: 'websocket',
      run: async (socket) => {
        for await (const chunk of socket) socket.write(String(chunk).toUpperCase());
      },
    }),
  },
];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-api-'));
  path = join(directory, 'engine.sock');
  logged.length = 0;
  server = new ApiServer(
    routes,
    (message) => logged.push(message),
    async (socket) => {
      for await (const chunk of socket) socket.write(`got ${chunk}`);
      socket.end();
    },
  );
  await server.listen(path);
});
afterEach(async () => {
  server.close();
  await rm(directory, { recursive: true });
});

async function call(method: string, url: string, body = '', headers = {}) {
  const outgoing = request({ socketPath: path, method, path: url, headers });
  outgoing.end(body);
  const [response] = await once(outgoing, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Returns everything that the server sends on a connection, from the status line on. */
async function upgrade(head: string, input: string): Promise<string> {
  const socket: Socket = connect({ path, allowHalfOpen: true });
  socket.write(head);
  socket.end(input);
  return text(socket);
}

describe('ApiServer', () => {
  it('is accessible only to its owner', async () => {
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('answers with and without a version, and says which version it supports', async () => {
    expect((await call('GET', '/v1.41/echo/hi')).body).toBe('{"word":"hi"}\n');
    const { headers } = await call('GET', '/echo/hi');
    expect(headers['api-version']).toBe('1.55');
  });

  it('answers a request that fails while its body is still being sent', async () => {
    const outgoing = request({ socketPath: path, method: 'POST', path: '/first-chunk' });
    const sent = once(outgoing, 'finish');
    outgoing.end('x'.repeat(4 << 20));
    const [response] = await once(outgoing, 'response');
    expect(response.statusCode).toBe(409);
    expect(await text(response)).toContain('after the first chunk');
    // The server takes the rest, so that the client can use the connection again.
    await sent;
  });

  it('counts active requests, except those that only watch', async () => {
    const calls = ['forever', 'watch', 'follow', 'follow'];
    const waiting = calls.map((name, index) => {
      const socket = connect({ path });
      const said = index === 3 ? 'Berth-Looks-On: 1\r\n' : '';
      socket.write(`POST /${name} HTTP/1.1\r\nHost: x\r\n${said}\r\n`);
      return socket;
    });
    await Promise.all(waiting.map((socket) => once(socket, 'data')));
    expect(server.requests).toBe(2);
    for (const socket of waiting) socket.destroy();
    await expect.poll(() => server.requests).toBe(0);
    // Requests that ended before the check are counted too.
    expect(server.requestsBegun).toBe(2);
    await call('POST', '/nothing');
    expect([server.requests, server.requestsBegun]).toEqual([0, 3]);
  });

  it('gives connections that begin with HTTP/2 to another server, and counts them', async () => {
    const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
    const socket = connect({ path });
    socket.write(preface);
    expect(String((await once(socket, 'data'))[0])).toBe(`got ${preface}`);
    expect([server.requests, server.requestsBegun]).toEqual([1, 1]);
    socket.destroy();
    await expect.poll(() => server.requests).toBe(0);
  });

  it('closes a connection that ends before its first byte', async () => {
    const socket = connect({ path, allowHalfOpen: true });
    const closed = once(socket, 'close');
    socket.resume();
    socket.end();
    await expect(closed).resolves.toEqual([false]);
  });

  it('upgrades to HTTP/2 only where clients mean it', async () => {
    const head = (url: string) =>
      `POST ${url} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n`;
    const answer = await upgrade(head('/grpc'), '');
    expect(answer).toBe(
      'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\nframes',
    );
    expect(await upgrade(head('/nothing'), '')).toMatch(/^HTTP\/1.1 204 /);
    expect((await call('POST', '/grpc')).body).toContain('no upgrade proto in request');
  });

  it('takes image names with slashes, encoded or not', async () => {
    expect((await call('GET', '/images/a.io/b/c:1/json')).body).toBe('{"name":"a.io/b/c:1"}\n');
    expect((await call('GET', '/images/a.io%2Fb/json')).body).toBe('{"name":"a.io/b"}\n');
  });

  it.each([
    ['/v1.12/echo/hi', /too old/],
    ['/v1.99/echo/hi', /too new/],
  ])('refuses %s', async (url, message) => {
    const { status, body } = await call('GET', url);
    expect(status).toBe(400);
    expect(JSON.parse(body).message).toMatch(message);
  });

  it('turns errors into statuses with a message', async () => {
    const missing = await call('GET', '/fail/404');
    expect([missing.status, missing.body]).toEqual([404, '{"message":"No such thing"}\n']);
    expect((await call('GET', '/fail/304')).status).toBe(304);
    expect((await call('GET', '/nowhere')).status).toBe(404);
  });

  it('says what is wrong with a path that cannot be decoded', async () => {
    expect((await call('GET', '/echo/%zz')).status).toBe(400);
  });

  it('answers a bug with 500 and logs it', async () => {
    const { status, body } = await call('GET', '/fail/bug');
    expect([status, body]).toEqual([500, '{"message":"a bug"}\n']);
    expect(logged).toEqual(['GET /fail/bug']);
  });

  it.each([
    ['', 'invalid JSON: got EOF while reading request body'],
    ['{"a":', 'invalid JSON: unexpected EOF'],
    ['{"a":1} more', 'unexpected content after JSON'],
    ['{"a":"x"}', 'a: Invalid input: expected number, received string'],
  ])('says what is wrong with the body %j', async (text, message) => {
    const { status, body } = await call('POST', '/body', text);
    expect([status, JSON.parse(body).message]).toEqual([400, message]);
  });

  it('accepts field names in any case', async () => {
    expect((await call('POST', '/body', '{"A":1}')).body).toBe('{"a":1}\n');
  });

  it('accepts an empty body where the body is optional', async () => {
    expect((await call('POST', '/optional-body', '')).body).toBe('{"body":"none"}\n');
  });

  it('rejects a body whose content type isn’t JSON', async () => {
    const post = (type: string) => call('POST', '/body', '{"a":1}', { 'Content-Type': type });
    expect((await post('application/json; charset=utf-8')).body).toBe('{"a":1}\n');
    const { status, body } = await post('text/plain');
    expect(status).toBe(400);
    expect(JSON.parse(body).message).toBe(
      "unsupported Content-Type header (text/plain): must be 'application/json'",
    );
  });

  it('rejects a path with a trailing slash, and repairs other extra slashes', async () => {
    expect((await call('GET', '/echo/hi/')).status).toBe(404);
    const { status, headers } = await call('GET', '//echo//hi?a=1');
    expect([status, headers.location]).toEqual([301, '/echo/hi?a=1']);
  });

  it('accepts the absolute URL that clients behind a proxy send', async () => {
    expect((await call('GET', 'http://docker/v1.41/echo/hi')).body).toBe('{"word":"hi"}\n');
  });

  it('accepts long headers, such as credentials for many registries', async () => {
    const headers = { 'X-Registry-Config': 'x'.repeat(200_000) };
    expect((await call('GET', '/echo/hi', '', headers)).status).toBe(200);
  });

  it('answers OPTIONS of any path', async () => {
    expect((await call('OPTIONS', '/anything')).status).toBe(200);
  });

  it('supports WebSocket on routes that offer it', async () => {
    const client = new WebSocket(`ws+unix://${path}:/v1.41/shout/ws`);
    client.on('open', () => client.send('hello'));
    const [answer] = await once(client, 'message');
    expect(String(answer)).toBe('HELLO');
    client.close();
    await once(client, 'close');
    expect((await call('GET', '/shout/ws')).status).toBe(400);
  });

  it('gives a stream that fails before its first chunk a proper status', async () => {
    const { status, body } = await call('GET', '/late');
    expect([status, body]).toEqual([409, '{"message":"before the first chunk"}\n']);
  });

  it('becomes a two-way stream, with the body read first and the input half closed', async () => {
    const body = '{"prefix":"> "}';
    const answer = await upgrade(
      `POST /upper HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      'hello',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 101 UPGRADED\r\n/);
    expect(answer).toMatch(/\r\n\r\n> HELLO$/);
  });

  it('reads framed input, whose end leaves the connection open for the output', async () => {
    const socket = connect(path);
    socket.write(
      'POST /upper HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\nBerth-Input: framed\r\n' +
        'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}\0\0\0\x05hello\0\0\0\0',
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 101 UPGRADED\r\n/);
    expect(answer).toContain('\r\nBerth-Input: framed\r\n');
    expect(answer).toMatch(/\r\n\r\nHELLO$/);
  });

  it('survives when a client leaves a stream that it got without an upgrade', async () => {
    const socket = connect(path);
    socket.write('POST /forever HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(socket, 'data');
    socket.destroy();
    await left.promise;
    expect((await call('GET', '/echo/hi')).status).toBe(200);
  });

  it('answers an upgrade request for a plain route like any other request', async () => {
    const answer = await upgrade(
      'GET /fail/404 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n',
      '',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
    expect(answer).toMatch(/\{"message":"No such thing"\}\n$/);
  });

  it.each(['tcp', 'TLS/1.2', 'h2c'])(
    'answers a stream to a client that offers %s',
    async (offer) => {
      const answer = await upgrade(
        `GET /lines HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: ${offer}\r\n\r\n`,
        '',
      );
      expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(answer).toMatch(/one\n.*two\n/s);
    },
  );
});

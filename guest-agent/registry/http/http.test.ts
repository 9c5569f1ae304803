import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { send } from './http.ts';

const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Requests that a server got: its method, body and credentials. */
async function serve(answer: { status: number; location?: string }) {
  const seen: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const { authorization = 'no credentials' } = request.headers;
    seen.push(`${request.method} ${await text(request)} ${authorization}`);
    const { status, location } = answer;
    response.writeHead(status, location === undefined ? {} : { location }).end();
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const post = (url: string) =>
  send(new URL(url), {
    ...{ method: 'POST' as const, body: 'refresh_token=secret', insecure: true },
    headers: { authorization: 'Basic secret' },
    signal: new AbortController().signal,
  });

test.each([307, 308])('a %i to another server gets no body', async (status) => {
  const other = await serve({ status: 200 });
  const { url } = await serve({ status, location: other.url });
  await expect(post(url)).rejects.toThrow('redirected a request with a body to another server');
  expect(other.seen).toEqual([]);
});

test.each([301, 302, 303])('after a %i, a POST becomes a GET without a body', async (status) => {
  const other = await serve({ status: 200 });
  const { url } = await serve({ status, location: other.url });
  const { body } = await post(url);
  body.destroy();
  expect(other.seen).toEqual(['GET  no credentials']);
});

test('a server without HTTPS gets the error that Docker prints', async () => {
  const { url } = await serve({ status: 200 });
  await expect(post(url.replace('http:', 'https:'))).rejects.toThrow(
    'http: server gave HTTP response to HTTPS client',
  );
});

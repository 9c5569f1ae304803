import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { containerDomains } from '../../../../guest-agent/contract/host-names.ts';
import { freePort } from '../../ports/free-port.ts';
import { openTcp } from '../bridge/channels.ts';
import { BridgeAgent } from '../bridge/http-agent.ts';
import { bridgeTo, startTestGuest } from '../bridge/testing/guest.ts';
import { openLoopbackPort } from './loopback-port.ts';
import { createDomainProxy } from './proxy.ts';
import type { WantedDomain } from './wanted-domains.ts';

/** A container called `web` in a VM, with this server, and the proxy for it. */
async function serve(listener: RequestListener) {
  const inside = createServer(listener);
  await once(inside.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void inside.close());
  return { inside, ...(await open((inside.address() as AddressInfo).port)) };
}

async function open(containerPort: number) {
  const guest = await startTestGuest();
  const bridge = await bridgeTo(guest);
  const site: WantedDomain = {
    ...{ containerId: 'c0ffee', containerName: 'web', names: ['web', 'web.shop'] },
    target: { host: '127.0.0.1', port: containerPort },
  };
  const http: Server = createDomainProxy({
    agent: new BridgeAgent(bridge),
    open: ({ host, port }) => openTcp(bridge, host, port),
    domains: () => [site],
    urls: () => ['http://web.berth.localhost'],
    suffixes: () => Object.values(containerDomains),
  });
  const door = await openLoopbackPort(http, [await freePort()]);
  if (!door) throw new Error('no port was free');
  onTestFinished(() => door.close());
  const ask = async (
    path = '/',
    init: { host?: string; [header: string]: string | undefined } = {},
  ) => {
    const headers = { host: `web.berth.localhost:${door.port}`, ...init };
    const asked = request({ host: '127.0.0.1', port: door.port, path, headers }).end();
    const [response] = await once(asked, 'response');
    return { status: response.statusCode, headers: response.headers, body: await text(response) };
  };
  return { ...door, guest, ask };
}

test('a request reaches the container as it was made, and its answer comes back', async () => {
  const { ask, port } = await serve((incoming, response) => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.writeHead(201).end(`${incoming.method} ${incoming.url} for ${incoming.headers.host}`);
  });
  expect(await ask('/a/../b?c=%20')).toMatchObject({
    ...{ status: 201, body: `GET /a/../b?c=%20 for web.berth.localhost:${port}` },
    headers: { 'set-cookie': ['a=1', 'b=2'] },
  });
  expect(await ask('/', { host: 'web.shop.berth.local' })).toMatchObject({ status: 201 });
});

test('a body that is sent bit by bit arrives so, in both directions', async () => {
  const { port } = await serve((incoming, response) => incoming.pipe(response));
  const asked = request({
    ...{ host: '127.0.0.1', port, method: 'POST' },
    headers: { host: 'web.berth.localhost' },
  });
  asked.write('one');
  const [response] = await once(asked, 'response');
  expect(String((await once(response, 'data'))[0])).toBe('one');
  asked.write('two');
  expect(String((await once(response, 'data'))[0])).toBe('two');
  asked.end();
  await once(response, 'end');
});

test('a large answer arrives whole', async () => {
  const body = randomBytes(8 * 1024 * 1024);
  const { port } = await serve((_, response) => response.end(body));
  const asked = request({ host: '::1', port, headers: { host: 'web.berth.localhost' } }).end();
  const [response] = await once(asked, 'response');
  const hash = createHash('sha256');
  for await (const chunk of response) hash.update(chunk);
  expect(hash.digest('hex')).toBe(createHash('sha256').update(body).digest('hex'));
});

test('a WebSocket is carried through', async () => {
  const { inside, port } = await serve((_, response) => response.end());
  const sockets = new WebSocketServer({ server: inside });
  sockets.on('connection', (socket) =>
    socket.on('message', (data) => socket.send(`you said ${data}`)),
  );
  const address = `ws://127.0.0.1:${port}/chat`;
  const socket = new WebSocket(address, { headers: { host: 'web.berth.localhost' } });
  await once(socket, 'open');
  socket.send('hello');
  expect(String((await once(socket, 'message'))[0])).toBe('you said hello');
  socket.close();
  await once(socket, 'close');
  await vi.waitFor(() => expect(sockets.clients.size).toBe(0));
  const foreign = new WebSocket(address, {
    headers: { host: 'web.berth.localhost', origin: 'https://example.com' },
  });
  const [error] = await once(foreign, 'error');
  expect(String(error)).toContain('403');
});

test('an unknown name is reported with a list of known ones', async () => {
  const { ask } = await serve((_, response) => response.end('inside'));
  const { status, body } = await ask('/', { host: 'api.berth.localhost' });
  expect(status).toBe(404);
  expect(body).toContain('No container named api');
  expect(body).toContain('<a href="http://web.berth.localhost">');
  const hostile = await ask('/', { host: '<img src=x>.berth.localhost' });
  expect(hostile.body).not.toContain('<img');
});

test('other names lead nowhere, and learn nothing', async () => {
  const { ask } = await serve((_, response) => response.end('inside'));
  const answer = await ask('/', { host: 'rebound.example.com' });
  expect(answer.status).toBe(421);
  expect(answer.body).not.toContain('web.berth');
  expect(await ask('/', { origin: 'https://example.com' })).toMatchObject({ status: 403 });
});

test('a container without a server is reported', async () => {
  const port = await freePort();
  const { ask } = await open(port);
  const { status, body } = await ask();
  expect(status).toBe(502);
  expect(body).toContain(`on port ${port}`);
});

test('an answer that breaks off is not taken for a whole one', async () => {
  const { port } = await serve((_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  });
  const asked = request({
    host: '127.0.0.1',
    port,
    headers: { host: 'web.berth.localhost' },
  }).end();
  const [response] = await once(asked, 'response');
  await expect(text(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
});

test('who hangs up ends the request in the container', async () => {
  const ended = Promise.withResolvers<void>();
  const { port } = await serve((incoming, response) => {
    response.write('first');
    incoming.once('close', () => ended.resolve());
  });
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: web.berth.localhost\r\n\r\n');
  await once(socket, 'data');
  socket.destroy();
  await ended.promise;
});

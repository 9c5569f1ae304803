import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { type Duplex, PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../ports/free-port.ts';
import { directRoute as routeWithin } from './route.ts';

/** A busy host takes long to connect, and these tests aren't about how long. */
const directRoute: typeof routeWithin = (forward, through) => routeWithin(forward, through, 60_000);

/** A port of a hypervisor that answers `direct`. */
async function hypervisorPort() {
  const server = createServer((socket) => socket.end('direct'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = vi.fn(async () => void server.close());
  onTestFinished(close);
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, close };
}

const tunnel = async (): Promise<Duplex> => {
  const channel = new PassThrough();
  channel.end('tunnel');
  return channel;
};

test('connections share one port of the hypervisor, which is closed with the route', async () => {
  const port = await hypervisorPort();
  const forward = vi.fn(async () => port);
  const route = directRoute(forward, tunnel);
  expect(forward).not.toHaveBeenCalled();
  const answers = await Promise.all([route.connect(), route.connect()]);
  expect(await Promise.all(answers.map(text))).toEqual(['direct', 'direct']);
  expect(forward).toHaveBeenCalledOnce();
  await route.close();
  expect(port.close).toHaveBeenCalledOnce();
  await expect(route.connect()).rejects.toThrow('closed');
});

test('where the hypervisor opens none, connections go through the tunnel', async () => {
  const route = directRoute(() => Promise.reject(new Error('no')), tunnel);
  expect(await text(await route.connect())).toBe('tunnel');
  await route.close();
});

test('a port that the hypervisor has lost is asked for again', async () => {
  const lost = { host: '127.0.0.1', port: await freePort(), close: vi.fn(async () => {}) };
  const forward = vi.fn(async () => lost);
  const route = directRoute(forward, tunnel);
  expect(await text(await route.connect())).toBe('tunnel');
  forward.mockResolvedValue(await hypervisorPort());
  expect(await text(await route.connect())).toBe('direct');
  expect(lost.close).toHaveBeenCalledOnce();
  await route.close();
});

test('a route that closes while its port is being opened leaves none open', async () => {
  const port = await hypervisorPort();
  const opening = Promise.withResolvers<typeof port>();
  const route = directRoute(() => opening.promise, tunnel);
  const connection = route.connect();
  const closed = route.close();
  opening.resolve(port);
  await closed;
  expect(port.close).toHaveBeenCalled();
  (await connection).destroy();
});

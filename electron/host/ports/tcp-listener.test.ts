import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openTcp } from '../supervisor/bridge/channels.ts';
import { bridgeTo, startTestGuest } from '../supervisor/bridge/testing/guest.ts';
import { freePrivilegedPort } from '../supervisor/ports/testing/free-privileged-port.ts';
import { freePort } from './free-port.ts';
import { listenAddress, listenTcp } from './tcp-listener.ts';

/** A host port that leads to a service in the VM. */
async function publish(onConnection: (socket: Socket) => void) {
  const open = new Set<Socket>();
  const service = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => open.delete(socket));
    onConnection(socket);
  });
  await once(service.listen(0, '127.0.0.1', 511), 'listening');
  onTestFinished(() => void service.close());
  const bridge = await bridgeTo(await startTestGuest());
  const port = await freePort();
  const target = (service.address() as AddressInfo).port;
  const listener = await listenTcp({ address: '127.0.0.1', port }, () =>
    openTcp(bridge, '127.0.0.1', target),
  );
  onTestFinished(() => listener.close());
  /** Waits until the guest has no connection left. */
  const drained = () => vi.waitFor(() => expect(open.size).toBe(0));
  return { port, listener, service, drained };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

test('many megabytes arrive unchanged both ways, also after one side has ended', async () => {
  const { port, drained } = await publish(async (socket) => {
    const received = await buffer(socket);
    Readable.from([received]).pipe(socket);
  });
  const sent = Buffer.alloc(20 * 1024 * 1024);
  for (let index = 0; index < sent.length; index += 4) sent.writeUInt32LE(index, index);
  const socket = await dial(port);
  const received = buffer(socket);
  Readable.from([sent]).pipe(socket);
  expect((await received).equals(sent)).toBe(true);
  await drained();
});

test('many connections at once each get their own reply, and none is left', async () => {
  const { port, drained } = await publish(async (socket) => {
    socket.end(`you are ${await text(socket)}`);
  });
  const replies = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const socket = await dial(port);
      socket.end(String(index));
      return text(socket);
    }),
  );
  expect(replies).toEqual(Array.from({ length: 200 }, (_, index) => `you are ${index}`));
  await drained();
});

test('a client that breaks off, early or late, leaves nothing in the guest', async () => {
  const { port, drained } = await publish((socket) => socket.pipe(socket));
  for (const wait of [0, 1, 5, 30]) {
    const socket = await dial(port);
    socket.on('error', () => {});
    socket.write('hello');
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    socket.resetAndDestroy();
  }
  const last = await dial(port);
  last.end('x');
  expect(await text(last)).toBe('x');
  await drained();
});

test('where nobody listens in the guest, the connection is reset', async () => {
  const { port, service } = await publish(() => {});
  service.close();
  const [error] = await once(connect({ host: '127.0.0.1', port }), 'error');
  expect(error).toMatchObject({ code: 'ECONNRESET' });
});

test('closing drops connections and frees the port', async () => {
  const { port, listener, drained } = await publish((socket) => {
    socket.write('hello');
    socket.resume().once('end', () => socket.end());
  });
  const socket = await dial(port);
  await once(socket, 'data');
  const closed = once(socket, 'end');
  await listener.close();
  await closed;
  await drained();
  await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.each([
  ['127.0.0.1', 80, 'darwin', '0.0.0.0'],
  ['::1', 80, 'darwin', '::'],
  ['127.0.0.1', 8080, 'darwin', '127.0.0.1'],
  ['127.0.0.1', 80, 'linux', '127.0.0.1'],
] as const)('%s port %i on %s is opened on %s', (address, port, platform, opened) => {
  expect(listenAddress(address, port, platform)).toBe(opened);
});

// Linux lets root alone open it.
test.skipIf(process.getuid?.() !== 0)('other addresses than the one asked for refuse', async () => {
  const answer = () => Promise.reject(new Error('not to be asked'));
  const where = { address: '127.0.0.2', port: await freePrivilegedPort() };
  const ask = vi.fn(answer);
  const listener = await listenTcp(where, ask, 'darwin');
  onTestFinished(() => listener.close());
  for (const [host, asked] of [
    ['127.0.0.1', 0],
    ['127.0.0.2', 1],
  ] as const) {
    const [error] = await once(connect({ host, port: where.port }), 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(ask).toHaveBeenCalledTimes(asked);
  }
});

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import { guestPaths } from '../../../guest-agent/contract/paths.ts';
import { serveUdpRelay } from '../../../guest-agent/network/udp-relay.ts';
import { testSocket } from '../../../guest-agent/testing/test-socket.ts';
import { openUdp } from '../supervisor/bridge/channels.ts';
import { bridgeTo, startTestGuest } from '../supervisor/bridge/testing/guest.ts';
import { freePort } from './free-port.ts';
import { listenUdp } from './udp-listener.ts';

async function datagramSocket(onMessage?: (socket: Socket, text: Buffer, from: number) => void) {
  const socket = createSocket('udp4');
  socket.on('message', (message, { port }) => onMessage?.(socket, message, port));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return socket;
}

/** A host port that leads to a service over SSH and the agent's relay. */
async function publish(onMessage: (socket: Socket, message: Buffer, from: number) => void) {
  const service = await datagramSocket(onMessage);
  const guest = await startTestGuest({
    socket: (path) => (path === guestPaths.udpRelay ? testSocket(guest.directory, 'udp') : path),
  });
  const relay = await serveUdpRelay(testSocket(guest.directory, 'udp'));
  onTestFinished(() => void relay.close());
  const bridge = await bridgeTo(guest);
  const port = await freePort();
  const target = { host: '127.0.0.1', port: service.address().port };
  const listener = await listenUdp({ address: '127.0.0.1', port }, () => openUdp(bridge, target));
  const flows = () =>
    new Promise<number>((resolve) => relay.getConnections((_, count) => resolve(count)));
  return { port, listener, flows, guest };
}

const echo = (socket: Socket, message: Buffer, from: number) =>
  socket.send(`heard ${message}`, from, '127.0.0.1');

async function nextMessage(socket: Socket): Promise<string> {
  const [message] = await once(socket, 'message');
  return String(message);
}

test('each client gets the answers to its own datagrams', async () => {
  const { port, listener, flows } = await publish(echo);
  const clients = await Promise.all(Array.from({ length: 20 }, () => datagramSocket()));
  const replies = await Promise.all(
    clients.map((client, index) => {
      client.send(`${index}`, port, '127.0.0.1');
      return nextMessage(client);
    }),
  );
  expect(replies).toEqual(clients.map((_, index) => `heard ${index}`));
  expect(await flows()).toBe(20);
  await listener.close();
  await vi.waitFor(async () => expect(await flows()).toBe(0));
});

test('datagrams keep their borders and sizes, the empty and the largest too', async () => {
  const sizes: number[] = [];
  const { port, listener } = await publish((socket, message, from) => {
    sizes.push(message.length);
    socket.send(String(message.length), from, '127.0.0.1');
  });
  onTestFinished(() => listener.close());
  const client = await datagramSocket();
  for (const size of [1, 0, 1500, 65_507]) {
    client.send(Buffer.alloc(size, 'x'), port, '127.0.0.1');
    expect(await nextMessage(client)).toBe(String(size));
  }
  expect(sizes).toEqual([1, 0, 1500, 65_507]);
});

test('after the connection to the guest broke, the next datagrams arrive again', async () => {
  const { port, listener, guest } = await publish(echo);
  onTestFinished(() => listener.close());
  const client = await datagramSocket();
  client.send('before', port, '127.0.0.1');
  await nextMessage(client);
  guest.ssh.dropConnections();
  const again = nextMessage(client);
  const timer = setInterval(() => client.send('after', port, '127.0.0.1'), 50);
  onTestFinished(() => clearInterval(timer));
  expect(await again).toBe('heard after');
});

test('a port that is taken is the system’s error', async () => {
  const other = await datagramSocket();
  const { port } = other.address();
  const listening = listenUdp({ address: '127.0.0.1', port }, () => Promise.reject(new Error()));
  await expect(listening).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

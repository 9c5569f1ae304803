import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../ports/free-port.ts';
import { openLoopbackPort } from './loopback-port.ts';

const http = createServer((_, response) => response.end('inside'));

const ask = async (host: string, port: number) => {
  const socket = connect(port, host);
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  return text(socket);
};

test('both loopback addresses are open, until it is closed', async () => {
  const port = await freePort();
  const door = await openLoopbackPort(http, [port]);
  expect(door?.port).toBe(port);
  for (const address of ['127.0.0.1', '::1']) expect(await ask(address, port)).toContain('inside');
  const idle = connect(port, '127.0.0.1');
  await once(idle, 'connect');
  await door?.close();
  await once(idle, 'close');
  await expect(ask('127.0.0.1', port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test.each(['127.0.0.1', '::1'])(
  'a port that another program has on %s is left to it',
  async (address) => {
    const [taken, free] = [await freePort(), await freePort()];
    const other = createTcpServer((socket) => socket.end('other'));
    await once(other.listen({ host: address, port: taken, ipv6Only: true }), 'listening');
    onTestFinished(() => void other.close());
    const door = await openLoopbackPort(http, [taken, free]);
    onTestFinished(() => door?.close());
    expect(door?.port).toBe(free);
    expect(await openLoopbackPort(http, [taken])).toBeUndefined();
  },
);

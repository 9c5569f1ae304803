import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { os } from '@orpc/server';
import { RPCHandler } from '@orpc/server/ws';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { overSocket } from './client.ts';

const status = { name: 'default', state: 'running', driver: 'qemu' };

/** Enough of the contract for a call and a stream. */
const router = {
  machine: {
    status: os.handler(() => status),
    watch: os.handler(async function* ({ signal }) {
      yield status;
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
    }),
  },
};

let server: Server;
let sockets: WebSocketServer;

async function listen(port: number): Promise<number> {
  server = createServer();
  sockets = new WebSocketServer({ server });
  const handler = new RPCHandler(router);
  sockets.on('connection', (socket) => void handler.upgrade(socket));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function stop(): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
}

let port: number;

beforeEach(async () => {
  port = await listen(0);
});

afterEach(stop);

it('reconnects when the host was away', async () => {
  const { client, isOpen, onChange } = overSocket(`ws://127.0.0.1:${port}`);
  const changes: boolean[] = [];
  const forget = onChange(() => changes.push(isOpen()));
  expect(await client.machine.status()).toMatchObject({ state: 'running' });
  const states = await client.machine.watch();
  expect((await states.next()).value).toMatchObject({ state: 'running' });

  const broken = states.next().then(
    ({ done }) => (done ? 'ended' : 'continued'),
    () => 'failed',
  );
  await stop();
  expect(await broken).toBe('failed');
  await expect(client.machine.status()).rejects.toThrow();

  await listen(port);
  await vi.waitUntil(isOpen, { timeout: 5000 });
  expect(await client.machine.status()).toMatchObject({ state: 'running' });
  expect(changes).toEqual([true, false, true]);
  forget();
});

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../testing/on-windows.ts';
import { testSocket } from '../testing/test-socket.ts';
import { endGently, separateHalves } from './connection-halves.ts';

/** Both ends of a connection. Each can end its writing first. */
async function connection(kind: 'unix' | 'tcp'): Promise<{ own: Socket; peer: Socket }> {
  const directory = await mkdtemp(join(tmpdir(), 'halves-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const server = createServer({ allowHalfOpen: true });
  onTestFinished(() => void server.close());
  const place =
    kind === 'unix' ? { path: testSocket(directory, 's') } : { host: '127.0.0.1', port: 0 };
  await new Promise<void>((resolve) => server.listen(place, resolve));
  const address = server.address();
  const where =
    typeof address === 'object' && address ? { ...place, port: address.port } : { ...place };
  const accepted = once(server, 'connection');
  const peer = connect({ ...where, allowHalfOpen: true });
  peer.pause();
  await once(peer, 'connect');
  const [own] = (await accepted) as [Socket];
  own.pause();
  for (const socket of [own, peer]) {
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
  }
  return { own, peer };
}

/** Reads so slowly that the connection ends before the last bytes are read. */
async function readSlowly(socket: Socket): Promise<number> {
  let length = 0;
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    await sleep(5);
  }
  return length;
}

test.for(['unix', 'tcp'] as const)(
  '%s: bytes that a peer sent before it closed are read, even if the peer read nothing',
  async (kind, { skip }) => {
    skip(kind === 'tcp' && onWindows('a reset discards what was received'));
    const { own, peer } = await connection(kind);
    separateHalves(own);
    own.write('nobody reads this');
    // As much as the system keeps for a reader: a write to a fuller pipe of Windows waits.
    const sent = kind === 'unix' && process.platform === 'win32' ? 50_000 : 150_000;
    await new Promise<void>((resolve) => peer.write(Buffer.alloc(sent), () => resolve()));
    await sleep(20);
    peer.destroy();
    await sleep(20);
    expect(await readSlowly(own)).toBe(sent);
    // A named pipe of Windows shows only a writer that its peer has gone.
    if (process.platform === 'win32') own.end();
    if (!own.closed) await once(own, 'close');
  },
);

test.for(['unix', 'tcp'] as const)(
  '%s: the input can still be read after a failed write',
  async (kind, { skip }) => {
    skip(kind === 'unix' && onWindows('a named pipe can’t be half-closed'));
    const { own, peer } = await connection(kind);
    separateHalves(own);
    await new Promise<void>((resolve) => peer.end(Buffer.alloc(100_000), resolve));
    peer.destroy();
    await sleep(20);
    const writing = setInterval(() => own.write('is anybody there?'), 1);
    expect(await readSlowly(own)).toBe(100_000);
    if (!own.closed) await once(own, 'close');
    clearInterval(writing);
  },
);

test.for(['unix', 'tcp'] as const)(
  '%s: an ordinary end closes no half too early',
  async (kind, { skip }) => {
    skip(kind === 'unix' && onWindows('a named pipe can’t be half-closed'));
    const { own, peer } = await connection(kind);
    separateHalves(own);
    peer.end('question');
    expect(await text(own.iterator({ destroyOnReturn: false }))).toBe('question');
    own.end('answer');
    expect(await text(peer)).toBe('answer');
  },
);

test('a connection that ends gently is not reset: the last bytes arrive, then the end', async () => {
  const { own, peer } = await connection('unix');
  peer.write(Buffer.alloc(500_000));
  await sleep(20);
  own.write('last words');
  endGently(own);
  await sleep(50);
  expect(await text(peer)).toBe('last words');
  peer.end();
  if (!own.closed) await once(own, 'close');
});

test('a connection whose peer never ends is closed after a while', async () => {
  const { own, peer } = await connection('unix');
  endGently(own, 20);
  peer.resume();
  await once(own, 'close');
  expect(own.destroyed).toBe(true);
});

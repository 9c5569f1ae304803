import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { separateHalves } from '../../../../guest-agent/contract/connection-halves.ts';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import { openStreamlocal } from './channels.ts';
import { forwardSocket } from './engine-socket.ts';
import { bridgeTo, serveInGuest, startTestGuest } from './testing/guest.ts';

/** A socket on the host that leads to a service in the guest. */
async function forward(onConnection: (socket: Socket) => void) {
  const guest = await startTestGuest();
  const service = await serveInGuest(guest, onConnection);
  const bridge = await bridgeTo(guest);
  const path = testSocket(join(guest.directory, 'sockets'), 'engine');
  const forwarded = await forwardSocket(path, () => openStreamlocal(bridge, service));
  onTestFinished(() => forwarded.close());
  return { path, forwarded, guest };
}

async function dial(path: string): Promise<Socket> {
  const socket = connect({ path, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

test.skipIf(onWindows('a named pipe has no mode'))(
  'the socket and its directory are the owner’s alone, and go away when it closes',
  async () => {
    const { path, forwarded } = await forward((socket) => socket.end());
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(path, '..'))).mode & 0o777).toBe(0o700);
    await forwarded.close();
    expect(existsSync(path)).toBe(false);
  },
);

test.skipIf(onWindows('a named pipe can’t be half-closed'))(
  'a client that ends its writing still reads the reply',
  async () => {
    const { path } = await forward(async (socket) => {
      socket.end(`heard ${await text(socket)}`);
    });
    const socket = await dial(path);
    socket.end('all of it');
    expect(await text(socket)).toBe('heard all of it');
  },
);

test.skipIf(onWindows('a named pipe can’t be half-closed'))(
  'a guest that ends its writing still reads on',
  async () => {
    const heard = Promise.withResolvers<string>();
    const { path } = await forward((socket) => {
      socket.end('that is all from me');
      text(socket).then(heard.resolve, heard.reject);
    });
    const socket = await dial(path);
    expect(await text(socket)).toBe('that is all from me');
    socket.end('and this from me');
    expect(await heard.promise).toBe('and this from me');
  },
);

test('bytes arrive unchanged in both directions, many megabytes of them', async () => {
  const { path } = await forward((socket) => socket.pipe(socket));
  const sent = Buffer.alloc(16 * 1024 * 1024);
  for (let index = 0; index < sent.length; index += 4) sent.writeUInt32LE(index, index);
  const socket = await dial(path);
  const received = buffer(socket);
  Readable.from([sent]).pipe(socket);
  expect((await received).equals(sent)).toBe(true);
});

test('a client that reads slowly holds the guest back', async () => {
  let written = 0;
  const chunk = Buffer.alloc(64 * 1024);
  const stuck = Promise.withResolvers<void>();
  const { path } = await forward(async (socket) => {
    while (socket.write(chunk)) written += chunk.length;
    // Continues until nothing drains for a while: all buffers are full.
    for (;;) {
      const drained = await Promise.race([
        once(socket, 'drain').then(() => true),
        new Promise<boolean>((resolve) => setTimeout(resolve, 300, false)),
      ]);
      if (!drained) break;
      while (socket.write(chunk)) written += chunk.length;
    }
    stuck.resolve();
    socket.end();
  });
  const socket = await dial(path);
  socket.pause();
  await stuck.promise;
  // Two SSH windows of 2 MiB and the kernel's buffers; without back-pressure it never gets stuck.
  expect(written).toBeLessThan(16 * 1024 * 1024);
  const received = (await buffer(socket)).length;
  expect(received).toBeGreaterThanOrEqual(written);
});

test('a guest that reads slowly holds the client back', async () => {
  const release = Promise.withResolvers<void>();
  const heard = Promise.withResolvers<number>();
  const { path } = await forward(async (socket) => {
    socket.pause();
    await release.promise;
    heard.resolve((await buffer(socket)).length);
  });
  const socket = await dial(path);
  const total = 32 * 1024 * 1024;
  let flushed = false;
  socket.end(Buffer.alloc(total), () => {
    flushed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(flushed).toBe(false);
  release.resolve();
  expect(await heard.promise).toBe(total);
});

test('a hundred connections at once each get their own reply', async () => {
  const { path } = await forward(async (socket) => {
    const [data] = await once(socket, 'data');
    socket.end(`you are ${data}`);
  });
  const replies = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const socket = await dial(path);
      socket.write(String(index));
      return text(socket);
    }),
  );
  expect(replies).toEqual(Array.from({ length: 100 }, (_, index) => `you are ${index}`));
});

test('a client that vanishes ends the guest’s side', async () => {
  const ended = Promise.withResolvers<void>();
  const { path } = await forward((socket) => {
    socket.on('close', () => ended.resolve());
    // Someone has to write for the loss to be noticed.
    const timer = setInterval(() => socket.write('anyone there?'), 20);
    socket.on('close', () => clearInterval(timer));
  });
  const socket = await dial(path);
  await once(socket, 'data');
  socket.destroy();
  await ended.promise;
  expect(socket.destroyed).toBe(true);
});

test.skipIf(onWindows('a write to a pipe that the other end closed fails'))(
  'a guest that goes without reading on is heard to the end, and its client sees no reset',
  async () => {
    const { path } = await forward(async (socket) => {
      await once(socket, 'readable');
      socket.write('the last words');
      // With more input on its way than anyone will read.
      socket.destroySoon();
    });
    for (let round = 0; round < 20; round++) {
      const socket = await dial(path);
      const failed: Error[] = [];
      socket.on('error', (error) => failed.push(error));
      const sending = setInterval(() => socket.write(Buffer.alloc(256 * 1024)), 1);
      expect(await text(socket)).toBe('the last words');
      clearInterval(sending);
      await new Promise<void>((resolve) => socket.end(resolve));
      expect(failed).toEqual([]);
    }
  },
);

test('a client that goes without reading is heard to the end', async () => {
  const heard = Promise.withResolvers<number>();
  const { path } = await forward(async (socket) => {
    // Slower than the client, and talking all the time to nobody.
    separateHalves(socket);
    const talking = setInterval(() => socket.write('nobody reads this'), 1);
    let length = 0;
    try {
      for await (const chunk of socket) {
        length += chunk.length;
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } finally {
      clearInterval(talking);
      heard.resolve(length);
    }
  });
  const socket = await dial(path);
  socket.pause();
  const total = 8 * 1024 * 1024;
  await new Promise<void>((resolve) => socket.write(Buffer.alloc(total), () => resolve()));
  socket.destroy();
  expect(await heard.promise).toBe(total);
});

test('a client is dropped when the guest does not answer', async () => {
  const guest = await startTestGuest();
  const bridge = await bridgeTo(guest);
  const path = testSocket(guest.directory, 'engine');
  const nobody = testSocket(guest.directory, 'nobody');
  const forwarded = await forwardSocket(path, () => openStreamlocal(bridge, nobody));
  onTestFinished(() => forwarded.close());
  const socket = connect({ path });
  socket.on('error', () => {});
  await once(socket, 'close');
  expect(socket.bytesRead).toBe(0);
});

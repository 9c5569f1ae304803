import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { separateHalves } from '../../../guest-agent/contract/connection-halves.ts';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { testSocket } from '../../../guest-agent/testing/test-socket.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { splice } from './splice.ts';

/** Like an ssh2 channel: emits `close` itself, and never calls back for writes after that. */
function closedChannel(lastWords: string): Duplex {
  const channel = new Duplex({ emitClose: false, read() {}, write() {} });
  channel.push(lastWords);
  channel.push(null);
  channel.once('end', () => channel.emit('close'));
  return channel;
}

test.skipIf(onWindows('a reset discards what was received'))(
  'a client that is still sending when the guest closes reads the last words and an end',
  async () => {
    const path = join(await temporaryDirectory(), 's');
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    onTestFinished(() => void server.close());
    const accepted = once(server, 'connection');
    const client = connect({ path, allowHalfOpen: true });
    const failed: Error[] = [];
    client.on('error', (error) => failed.push(error));
    client.pause();
    client.write(Buffer.alloc(1024 * 1024));
    const [socket] = (await accepted) as [Socket];
    splice(socket, closedChannel('last words'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await text(client)).toBe('last words');
    // The client's half is taken to its end as well.
    await new Promise<void>((resolve) => client.end(Buffer.alloc(1024 * 1024), resolve));
    if (!socket.closed) await once(socket, 'close');
    expect(failed).toEqual([]);
  },
);

test('where a connection can’t be half-closed, a client that never stops sending sees the end', async () => {
  const path = testSocket(await temporaryDirectory(), 's');
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => void server.close());
  const accepted = once(server, 'connection');
  const client = separateHalves(connect({ path }));
  onTestFinished(() => void client.destroy());
  const sending = setInterval(() => client.write(Buffer.alloc(100_000)), 1);
  onTestFinished(() => clearInterval(sending));
  const [socket] = (await accepted) as [Socket];
  splice(socket, closedChannel('last words'), false);
  expect(await text(client.iterator({ destroyOnReturn: false }))).toBe('last words');
});

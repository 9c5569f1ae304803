import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { exec, openStreamlocal, openTcp } from './channels.ts';
import { openBridge } from './connection.ts';
import { ensureKeys } from './keys.ts';
import { bridgeTo, serveInGuest, startTestGuest } from './testing/guest.ts';

/** Keys that have nothing to do with the guest's. */
const strangerKeys = (directory: string) =>
  ensureKeys({ clientKey: join(directory, 'c'), guestHostKey: join(directory, 'g') });

test('a guest with another host key is refused, and not tried again', async () => {
  const { directory, keys, ssh } = await startTestGuest();
  const { guestHost } = await strangerKeys(directory);
  const target = { host: '127.0.0.1', port: ssh.port, keys: { ...keys, guestHost } };
  await expect(openBridge(target, new AbortController().signal)).rejects.toMatchObject({
    code: 'connection',
    message: expect.stringContaining('host key'),
  });
  expect(ssh.connections.size).toBe(0);
});

test('a guest that does not know our key is not tried again', async () => {
  const { directory, keys, ssh } = await startTestGuest();
  const { client } = await strangerKeys(directory);
  const target = { host: '127.0.0.1', port: ssh.port, keys: { ...keys, client } };
  await expect(openBridge(target, new AbortController().signal)).rejects.toMatchObject({
    code: 'connection',
    message: expect.stringContaining('refuses'),
  });
});

test('connecting continues until the signal aborts', async () => {
  const { keys, ssh } = await startTestGuest();
  await ssh.close();
  const target = { host: '127.0.0.1', port: ssh.port, keys };
  await expect(openBridge(target, AbortSignal.timeout(300))).rejects.toThrow();
});

test('a broken connection is reported and restored', async () => {
  const guest = await startTestGuest();
  const service = await serveInGuest(guest, (socket) => socket.end('hello'));
  const bridge = await bridgeTo(guest);
  const down = once(bridge.events, 'down');
  const up = once(bridge.events, 'up');
  guest.ssh.dropConnections();
  await down;
  await expect(openStreamlocal(bridge, service)).rejects.toMatchObject({ code: 'connection' });
  await up;
  expect(await text(await openStreamlocal(bridge, service))).toBe('hello');
});

test('the connection ends with its signal and stays down', async () => {
  const { keys, ssh } = await startTestGuest();
  const controller = new AbortController();
  const bridge = await openBridge({ host: '127.0.0.1', port: ssh.port, keys }, controller.signal);
  const down = once(bridge.events, 'down');
  controller.abort();
  await down;
  expect(bridge.client).toBeUndefined();
});

test('commands give back their exit code', async () => {
  const guest = await startTestGuest({ exec: (command) => (command === 'true' ? 0 : 3) });
  const bridge = await bridgeTo(guest);
  expect(await exec(bridge, 'true')).toMatchObject({ code: 0 });
  expect(await exec(bridge, 'something else')).toMatchObject({ code: 3 });
});

test('TCP ports of the guest can be reached', async () => {
  const guest = await startTestGuest();
  const bridge = await bridgeTo(guest);
  // The SSH server itself is a port that answers.
  const channel = await openTcp(bridge, '127.0.0.1', guest.ssh.port);
  const [greeting] = await once(channel, 'data');
  expect(String(greeting)).toMatch(/^SSH-2\.0-/);
  channel.destroy();
});

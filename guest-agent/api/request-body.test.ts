import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { takeUpgradeBody } from './request-body.ts';

test('the body of an upgrade is read in pieces, and the bytes after it stay', async () => {
  const socket = new PassThrough();
  const body = takeUpgradeBody(socket, Buffer.from('{"a"'), 7);
  socket.write(':');
  setImmediate(() => socket.write('1}and input'));
  expect(String(await body)).toBe('{"a":1}');
  expect(String(socket.read())).toBe('and input');
});

test.each([
  ['ends', (socket: PassThrough) => void socket.end()],
  ['breaks off', (socket: PassThrough) => void socket.destroy()],
])('a client that %s in the middle of the body ends the wait', async (_, leave) => {
  const socket = new PassThrough();
  const body = takeUpgradeBody(socket, Buffer.from('{'), 100);
  setImmediate(leave, socket);
  await expect(body).rejects.toMatchObject({ code: 'invalid' });
  await expect(takeUpgradeBody(socket, Buffer.alloc(0), 1)).rejects.toMatchObject({
    code: 'invalid',
  });
});

test('a body that is too large is rejected before it is read', async () => {
  const socket = new PassThrough();
  await expect(takeUpgradeBody(socket, Buffer.alloc(0), 8 * 1024 * 1024 + 1)).rejects.toMatchObject(
    { code: 'invalid', message: 'request body too large' },
  );
  const large = takeUpgradeBody(socket, Buffer.alloc(0), 8 * 1024 * 1024);
  for (let piece = 0; piece < 8192; piece++) socket.write(Buffer.alloc(1024));
  expect((await large).length).toBe(8 * 1024 * 1024);
});

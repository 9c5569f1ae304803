import { mkdir, rmdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { testSocket } from '../../../../guest-agent/testing/test-socket.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { createSwitchedSocket } from './switched-socket.ts';

const saying = (words: string) => async () => {
  const stream = new PassThrough();
  stream.end(words);
  return stream;
};

test('the latest target gets all connections, and closing an earlier one does not remove the socket', async () => {
  const path = testSocket(await temporaryDirectory(), 'engine');
  const socket = createSwitchedSocket(path);
  const first = await socket.lead(saying('first'));
  expect(await text(connect(path))).toBe('first');
  const second = await socket.lead(saying('second'));
  await first.close();
  expect(await text(connect(path))).toBe('second');
  await second.close();
  await expect(text(connect(path))).rejects.toMatchObject({ code: 'ENOENT' });
});

test.skipIf(onWindows('no file can be in the way of a named pipe'))(
  'a socket that could not be made is tried again by the next',
  async () => {
    const path = testSocket(await temporaryDirectory(), 'engine');
    await mkdir(path);
    const socket = createSwitchedSocket(path);
    await expect(socket.lead(saying('first'))).rejects.toThrow();
    await rmdir(path);
    const second = await socket.lead(saying('second'));
    onTestFinished(() => second.close());
    expect(await text(connect(path))).toBe('second');
  },
);

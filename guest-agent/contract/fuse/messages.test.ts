import { expect, test } from 'vitest';
import {
  ATTRIBUTES_BYTES,
  type FileAttributes,
  readAttributes,
  writeAttributes,
} from './attributes.ts';
import { BadFrame, Frames } from './frames.ts';
import {
  answer,
  type Change,
  changesSchema,
  decodeNotice,
  decodeRequest,
  encodeNotice,
  encodeRequest,
  type FileRequest,
  helloSchema,
  isNotice,
  markSentBefore,
  noticeKinds,
  requestFlags,
} from './messages.ts';
import { opcodes } from './opcodes.ts';

const request: FileRequest = {
  ...{
    opcode: opcodes.rename2,
    unique: 2n ** 62n,
    uid: 1000,
    gid: 2 ** 32 - 1,
    flags: 0,
    ino: 2n ** 64n - 1n,
  },
  ...{ path: 'a/ü', secondPath: 'b', body: Buffer.from('body') },
};

test('a request is the same after its way', () => {
  const message = encodeRequest(request);
  expect(decodeRequest(message)).toEqual(request);
  markSentBefore(message);
  expect(decodeRequest(message).flags).toBe(requestFlags.again);
});

test.each([20, 42])('a request that is cut after %i bytes is refused', (length) => {
  expect(() => decodeRequest(encodeRequest(request).subarray(0, length))).toThrow(BadFrame);
});

test('notices are checked', () => {
  const hello = encodeNotice(noticeKinds.hello, { version: 1, session: 's' });
  expect(isNotice(hello)).toBe(true);
  expect(decodeNotice(hello, noticeKinds.hello, helloSchema)).toEqual({ version: 1, session: 's' });
  expect(() => decodeNotice(hello, noticeKinds.changes, changesSchema)).toThrow(BadFrame);
  const later = encodeNotice(noticeKinds.hello, { version: 2, session: 's' } as never);
  expect(() => decodeNotice(later, noticeKinds.hello, helloSchema)).toThrow(BadFrame);
  const changes: Change[] = [{ kind: 'removed', path: 'a', isFolder: false }];
  expect(
    decodeNotice(encodeNotice(noticeKinds.changes, changes), noticeKinds.changes, changesSchema),
  ).toEqual(changes);
});

test('an answer says which request it belongs to', () => {
  const message = answer(5n, 4, 2);
  expect([message.length, message.readUInt32LE(0), message.readInt32LE(4)]).toEqual([20, 20, -2]);
  expect(message.readBigUInt64LE(8)).toBe(5n);
});

test('metadata is the same after its way, to the nanosecond and before 1970', () => {
  const file: FileAttributes = {
    ...{
      ino: 2n ** 63n,
      size: 2n ** 40n,
      blocks: 8n,
      mode: 0o100644,
      nlink: 2,
      uid: 1000,
      gid: 20,
    },
    ...{ atimeNs: 1_700_000_000_123_456_789n, mtimeNs: -1n, ctimeNs: -1_500_000_000n },
  };
  const bytes = Buffer.alloc(ATTRIBUTES_BYTES + 8);
  writeAttributes(bytes, 8, file);
  expect(readAttributes(bytes, 8)).toEqual(file);
});

test.each([1, 7, 16, 50, 1000])('messages are found in chunks of %i bytes', (size) => {
  const messages = [answer(1n, 0), answer(2n, 100), answer(3n, 5), answer(4n, 300)];
  const stream = Buffer.concat(messages);
  const frames = new Frames(1000);
  const found: Buffer[] = [];
  for (let at = 0; at < stream.length; at += size) {
    const chunk = Buffer.from(stream.subarray(at, at + size));
    for (const message of frames.take(chunk)) found.push(Buffer.from(message));
    chunk.fill(0xff);
  }
  expect(found).toEqual(messages);
});

test.each([0, 15, 1001, 2 ** 32 - 1])('a message of %i bytes ends the stream', (length) => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(length, 0);
  expect(() => [...new Frames(1000).take(bytes)]).toThrow(BadFrame);
});

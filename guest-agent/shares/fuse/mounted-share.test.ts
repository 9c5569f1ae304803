import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { linuxErrors } from '../../contract/fuse/errors.ts';
import { answer, decodeRequest, encodeNotice, noticeKinds } from '../../contract/fuse/messages.ts';
import { opcodes } from '../../contract/fuse/opcodes.ts';
import type { Connection } from './connection.ts';
import { MountedShare, PATIENCE_MS } from './mounted-share.ts';
import { ROOT } from './node-table.ts';

/* A mount without a kernel and without a host: what each would send and get. */

let share: MountedShare;
let replies: Buffer[];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  replies = [];
  share = new MountedShare('session', 1, {
    reply: (message) => replies.push(Buffer.from(message)),
    changed: () => {},
    repeating: () => undefined,
    nextOrder: () => 1,
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** `struct fuse_in_header` and what follows. */
function ask(opcode: number, unique: bigint, body: Buffer): void {
  const message = Buffer.alloc(40 + body.length);
  message.writeUInt32LE(message.length, 0);
  message.writeUInt32LE(opcode, 4);
  message.writeBigUInt64LE(unique, 8);
  message.writeBigUInt64LE(BigInt(ROOT), 16);
  body.copy(message, 40);
  share.request(message);
}

/** A connection from a host that has said hello. */
function connect() {
  const sent: Buffer[] = [];
  const connection = {
    ...{ isReady: false, close: () => {} },
    send: (message: Buffer) => sent.push(Buffer.from(message)),
  };
  share.connect(connection as unknown as Connection);
  share.receive(encodeNotice(noticeKinds.hello, { version: 1, session: '' }));
  return { requests: () => sent.slice(1).map((message) => decodeRequest(message)) };
}

/** Error and number of each reply. */
const replied = () => replies.map((reply) => [-reply.readInt32LE(4), reply.readBigUInt64LE(8)]);

const unlink = (unique: bigint) => ask(opcodes.unlink, unique, Buffer.from('file\0'));

test('what is asked before the host is there waits for it', () => {
  unlink(7n);
  expect(replied()).toEqual([]);
  const [request] = connect().requests();
  expect(request).toMatchObject({ opcode: opcodes.unlink, path: 'file', flags: 0 });
  share.receive(answer(request?.unique ?? 0n, 0, linuxErrors.ENOENT));
  expect(replied()).toEqual([[linuxErrors.ENOENT, 7n]]);
});

test('a request without an answer is sent again, and says so', () => {
  const first = connect();
  unlink(7n);
  share.disconnect();
  const second = connect();
  const { unique } = first.requests()[0] ?? {};
  expect(second.requests()).toMatchObject([{ unique, path: 'file', flags: 1 }]);
});

test('programs get an error if the host stays away, and not before', () => {
  connect();
  share.disconnect();
  unlink(7n);
  vi.advanceTimersByTime(PATIENCE_MS - 1);
  share.checkDeadlines();
  expect(replied()).toEqual([]);
  vi.advanceTimersByTime(2);
  share.checkDeadlines();
  expect(replied()).toEqual([[linuxErrors.EIO, 7n]]);
  expect(connect().requests()).toEqual([]);
});

test('a program that is killed doesn’t wait for a host that is away', () => {
  unlink(7n);
  const body = Buffer.alloc(8);
  body.writeBigUInt64LE(7n);
  ask(opcodes.interrupt, 8n, body);
  expect(replied()).toEqual([[linuxErrors.EINTR, 7n]]);
});

test('a name that is too long never reaches the host', () => {
  const { requests } = connect();
  ask(opcodes.lookup, 7n, Buffer.from(`${'n'.repeat(256)}\0`));
  expect(replied()).toEqual([[linuxErrors.ENAMETOOLONG, 7n]]);
  expect(requests()).toEqual([]);
});

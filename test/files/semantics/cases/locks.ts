import { equal } from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  LOCK_EX,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
  lockFile,
  lockRange,
} from '../../system/system-calls.ts';
import { type Cases, codeOf, type Place } from '../case.ts';

const REFUSED = 'EAGAIN';
const READ_WRITE = 2;

/** A file that this process and another have open. */
async function openTwice({ file, peer }: Place) {
  const path = file('lock', 'content');
  const other = await peer();
  return {
    path,
    other,
    own: openSync(path, 'r+'),
    theirs: await other.call('open', path, READ_WRITE),
  };
}

/** flock(2), and the locks of fcntl(2), between processes. */
export const lockCases: Cases = {
  'flock: one exclusive lock keeps others out': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    lockFile(own, LOCK_EX);
    equal(await other.codeOf('lockFile', theirs, LOCK_EX | LOCK_NB), REFUSED);
    equal(await other.codeOf('lockFile', theirs, LOCK_SH | LOCK_NB), REFUSED);
    lockFile(own, LOCK_UN);
    equal(await other.codeOf('lockFile', theirs, LOCK_EX | LOCK_NB), 'succeeded');
    closeSync(own);
  },
  'flock: many share a lock': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    lockFile(own, LOCK_SH);
    equal(await other.codeOf('lockFile', theirs, LOCK_SH | LOCK_NB), 'succeeded');
    equal(
      codeOf(() => lockFile(own, LOCK_EX | LOCK_NB)),
      REFUSED,
    );
    closeSync(own);
  },
  'flock: two open files of one process exclude each other': ({ file }) => {
    const path = file('lock');
    const [first, second] = [openSync(path, 'r+'), openSync(path, 'r+')];
    lockFile(first, LOCK_EX);
    equal(
      codeOf(() => lockFile(second, LOCK_EX | LOCK_NB)),
      REFUSED,
    );
    closeSync(first);
    equal(
      codeOf(() => lockFile(second, LOCK_EX | LOCK_NB)),
      'succeeded',
    );
    closeSync(second);
  },
  'flock: a process that waits gets the lock when it is free': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    lockFile(own, LOCK_EX);
    let got = false;
    const waiting = other.call('lockFile', theirs, LOCK_EX).then(() => {
      got = true;
    });
    await sleep(100);
    equal(got, false);
    lockFile(own, LOCK_UN);
    await waiting;
    closeSync(own);
  },
  'flock: a lock ends with its process': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    await other.call('lockFile', theirs, LOCK_EX);
    equal(
      codeOf(() => lockFile(own, LOCK_EX | LOCK_NB)),
      REFUSED,
    );
    await other.end();
    equal(
      codeOf(() => lockFile(own, LOCK_EX | LOCK_NB)),
      'succeeded',
    );
    closeSync(own);
  },
  'flock: a directory can be locked': async ({ folder, peer }) => {
    const own = openSync(folder, 'r');
    const other = await peer();
    const theirs = await other.call('open', folder, 0);
    lockFile(own, LOCK_EX);
    equal(await other.codeOf('lockFile', theirs, LOCK_EX | LOCK_NB), REFUSED);
    closeSync(own);
  },
  'fcntl: a write lock keeps others out of its range only': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    lockRange(own, 'setLock', 'write', 0, 10);
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'write', 5, 10), REFUSED);
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'write', 10, 10), 'succeeded');
    equal(
      codeOf(() => lockRange(own, 'setLock', 'write', 15, 1)),
      REFUSED,
    );
    closeSync(own);
  },
  'fcntl: many share a read lock': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    lockRange(own, 'setLock', 'read');
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'read'), 'succeeded');
    equal(
      codeOf(() => lockRange(own, 'setLock', 'write')),
      REFUSED,
    );
    closeSync(own);
  },
  'fcntl: F_GETLK names the lock that is in the way': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    equal(await other.call('lockRange', theirs, 'getLock', 'write'), 'none');
    lockRange(own, 'setLock', 'read', 3, 4);
    equal(await other.call('lockRange', theirs, 'getLock', 'write'), 'read');
    equal(await other.call('lockRange', theirs, 'getLock', 'read'), 'none');
    closeSync(own);
  },
  'fcntl: part of a range can be unlocked': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    lockRange(own, 'setLock', 'write', 0, 30);
    lockRange(own, 'setLock', 'none', 10, 10);
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'write', 10, 10), 'succeeded');
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'write', 9, 1), REFUSED);
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'write', 20, 1), REFUSED);
    closeSync(own);
  },
  'fcntl: closing any open file of a process ends its locks': async (place) => {
    const { path, other, own, theirs } = await openTwice(place);
    lockRange(own, 'setLock', 'write');
    closeSync(openSync(path, 'r'));
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'write'), 'succeeded');
    closeSync(own);
  },
  'fcntl: a process that waits gets the lock when it is free': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    lockRange(own, 'setLock', 'write', 0, 10);
    let got = false;
    const waiting = other.call('lockRange', theirs, 'waitForLock', 'write', 5, 1).then(() => {
      got = true;
    });
    await sleep(100);
    equal(got, false);
    lockRange(own, 'setLock', 'none', 0, 10);
    await waiting;
    closeSync(own);
  },
  'fcntl: a lock ends with its process': async (place) => {
    const { other, own, theirs } = await openTwice(place);
    await other.call('lockRange', theirs, 'setLock', 'write');
    equal(
      codeOf(() => lockRange(own, 'setLock', 'write')),
      REFUSED,
    );
    await other.end();
    equal(
      codeOf(() => lockRange(own, 'setLock', 'write')),
      'succeeded',
    );
    closeSync(own);
  },
  'fcntl: a read lock needs a file that is open for reading': ({ at, file }) => {
    file('lock');
    const [reading, writing] = [openSync(at('lock'), 'r'), openSync(at('lock'), 'a')];
    equal(
      codeOf(() => lockRange(reading, 'setLock', 'write')),
      'EBADF',
    );
    equal(
      codeOf(() => lockRange(writing, 'setLock', 'read')),
      'EBADF',
    );
    closeSync(reading);
    closeSync(writing);
  },
  'OFD: two open files of one process exclude each other': ({ file }) => {
    const path = file('lock');
    const [first, second] = [openSync(path, 'r+'), openSync(path, 'r+')];
    lockRange(first, 'setOfdLock', 'write', 0, 10);
    equal(
      codeOf(() => lockRange(second, 'setOfdLock', 'write', 5, 1)),
      REFUSED,
    );
    equal(
      codeOf(() => lockRange(second, 'setOfdLock', 'write', 10, 1)),
      'succeeded',
    );
    closeSync(first);
    equal(
      codeOf(() => lockRange(second, 'setOfdLock', 'write', 5, 1)),
      'succeeded',
    );
    closeSync(second);
  },
  'OFD: closing another open file keeps the lock': async (place) => {
    const { path, other, own, theirs } = await openTwice(place);
    lockRange(own, 'setOfdLock', 'write');
    closeSync(openSync(path, 'r'));
    equal(await other.codeOf('lockRange', theirs, 'setOfdLock', 'write'), REFUSED);
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'write'), REFUSED);
    closeSync(own);
  },
  'two files have locks of their own': async ({ at, file, peer }) => {
    const [own, other] = [openSync(file('a'), 'r+'), await peer()];
    file('b');
    const theirs = await other.call('open', at('b'), READ_WRITE);
    lockFile(own, LOCK_EX);
    lockRange(own, 'setLock', 'write');
    equal(await other.codeOf('lockFile', theirs, LOCK_EX | LOCK_NB), 'succeeded');
    equal(await other.codeOf('lockRange', theirs, 'setLock', 'write'), 'succeeded');
    closeSync(own);
  },
};

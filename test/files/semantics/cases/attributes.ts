import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statfsSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeNode } from '../../../../guest-agent/runtime/files/file-calls.ts';
import { AT_SYMLINK_NOFOLLOW, asUser, setTimes } from '../../system/system-calls.ts';
import { type Cases, refused } from '../case.ts';

const times = (path: string) => lstatSync(path, { bigint: true });
const modeOf = (path: string) => lstatSync(path).mode & 0o7777;
/** 2020-01-02 03:04:05.678901234 UTC. */
const PAST = 1_577_934_245_678_901_234n;

/** Modes, owners and times. */
export const attributeCases: Cases = {
  'chmod sets each bit of a file': ({ at, file }) => {
    file('a');
    for (const mode of [0o000, 0o644, 0o755, 0o777, 0o1644, 0o2755, 0o4755, 0o7777]) {
      chmodSync(at('a'), mode);
      equal(modeOf(at('a')), mode);
    }
  },
  'chmod sets each bit of a directory': ({ at }) => {
    mkdirSync(at('d'));
    for (const mode of [0o700, 0o755, 0o1777, 0o2775, 0o3777]) {
      chmodSync(at('d'), mode);
      equal(modeOf(at('d')), mode);
    }
  },
  'chmod changes the time of the attributes only': async ({ file }) => {
    const path = file('a');
    const before = times(path);
    await sleep(20);
    chmodSync(path, 0o600);
    ok(times(path).ctimeNs > before.ctimeNs);
    equal(times(path).mtimeNs, before.mtimeNs);
  },
  'chown sets owner and group': ({ file }) => {
    const path = file('a');
    chownSync(path, 1234, 5678);
    const { uid, gid } = statSync(path);
    deepEqual([uid, gid], [1234, 5678]);
  },
  'chown of -1 leaves owner or group': ({ file }) => {
    const path = file('a');
    chownSync(path, 1234, 5678);
    chownSync(path, -1, 99);
    deepEqual([statSync(path).uid, statSync(path).gid], [1234, 99]);
    chownSync(path, 98, -1);
    deepEqual([statSync(path).uid, statSync(path).gid], [98, 99]);
  },
  'owners of more than 16 bits are kept': ({ file }) => {
    const path = file('a');
    chownSync(path, 1_000_000, 2_000_000_000);
    deepEqual([statSync(path).uid, statSync(path).gid], [1_000_000, 2_000_000_000]);
  },
  'lchown sets the owner of a link only': ({ at, file }) => {
    file('a');
    symlinkSync('a', at('link'));
    lchownSync(at('link'), 1234, 5678);
    equal(lstatSync(at('link')).uid, 1234);
    equal(statSync(at('a')).uid, process.getuid?.());
  },
  'a file of another user belongs to its creator': ({ at }) => {
    chmodSync(at('.'), 0o777);
    asUser({ uid: 1234, gid: 5678 }, () => writeFileSync(at('a'), 'text'));
    deepEqual([statSync(at('a')).uid, statSync(at('a')).gid], [1234, 5678]);
  },
  'chown by a user clears setuid and setgid': ({ file }) => {
    const path = file('a', 'text', 0o755);
    chownSync(path, 1234, 1234);
    chmodSync(path, 0o6755);
    asUser({ uid: 1234, gid: 1234, groups: [5678] }, () => chownSync(path, -1, 5678));
    equal(modeOf(path), 0o755);
    equal(statSync(path).gid, 5678);
  },
  'writing by a user clears setuid and setgid': ({ file }) => {
    const path = file('a', 'text', 0o777);
    chmodSync(path, 0o6777);
    asUser({ uid: 1234, gid: 1234 }, () => writeFileSync(path, 'other', { flag: 'r+' }));
    equal(modeOf(path), 0o777);
  },
  'times are kept to the nanosecond': ({ file }) => {
    const path = file('a');
    setTimes(path, PAST, PAST + 1n);
    deepEqual([times(path).atimeNs, times(path).mtimeNs], [PAST, PAST + 1n]);
  },
  'times of a directory are kept to the nanosecond': ({ at }) => {
    mkdirSync(at('d'));
    setTimes(at('d'), PAST, PAST);
    equal(times(at('d')).mtimeNs, PAST);
  },
  'times of a link are its own': ({ at, file }) => {
    file('a');
    symlinkSync('a', at('link'));
    setTimes(at('link'), PAST, PAST, AT_SYMLINK_NOFOLLOW);
    equal(times(at('link')).mtimeNs, PAST);
    ok(times(at('a')).mtimeNs > PAST);
  },
  'times before 1970 and after 2038 are kept': ({ file }) => {
    const path = file('a');
    for (const time of [-1_500_000_001n, 4_102_444_800_123_456_789n]) {
      setTimes(path, time, time);
      equal(times(path).mtimeNs, time);
    }
  },
  'UTIME_OMIT leaves a time, UTIME_NOW is now': ({ file }) => {
    const path = file('a');
    setTimes(path, PAST, PAST);
    setTimes(path, 'omit', PAST + 5n);
    deepEqual([times(path).atimeNs, times(path).mtimeNs], [PAST, PAST + 5n]);
    const before = BigInt(Date.now() - 10_000) * 1_000_000n;
    setTimes(path, 'omit', 'now');
    equal(times(path).atimeNs, PAST);
    ok(times(path).mtimeNs > before);
  },
  'setting times changes the time of the attributes': async ({ file }) => {
    const path = file('a');
    const before = times(path).ctimeNs;
    await sleep(20);
    setTimes(path, PAST, PAST);
    ok(times(path).ctimeNs > before);
  },
  'only the owner sets times, a writer only now': ({ file }) => {
    const path = file('a', 'text', 0o666);
    asUser({ uid: 1234, gid: 1234 }, () => {
      refused('EPERM', () => setTimes(path, PAST, PAST));
      setTimes(path, 'now', 'now');
    });
    chmodSync(path, 0o644);
    asUser({ uid: 1234, gid: 1234 }, () => {
      refused('EACCES', () => setTimes(path, 'now', 'now'));
    });
  },
  'a write changes the time of the content': async ({ file }) => {
    const path = file('a');
    setTimes(path, PAST, PAST);
    writeFileSync(path, 'x', { flag: 'r+' });
    ok(times(path).mtimeNs > PAST);
    await sleep(20);
    const between = times(path).mtimeNs;
    writeFileSync(path, 'y', { flag: 'a' });
    ok(times(path).mtimeNs > between);
  },
  'a write just after a time was set counts': ({ file }) => {
    const path = file('a');
    for (let round = 0; round < 20; round++) {
      setTimes(path, PAST, PAST);
      writeFileSync(path, `${round}`);
      ok(times(path).mtimeNs > PAST);
      setTimes(path, PAST, PAST + BigInt(round));
      equal(times(path).mtimeNs, PAST + BigInt(round));
    }
  },
  'reading doesn’t change the time of the content': async ({ file }) => {
    const path = file('a');
    const before = times(path);
    await sleep(20);
    readFileSync(path);
    equal(times(path).mtimeNs, before.mtimeNs);
    equal(times(path).ctimeNs, before.ctimeNs);
  },
  'a new file’s time is now': ({ file }) => {
    const before = Date.now();
    const { mtimeMs } = statSync(file('a'));
    ok(Math.abs(mtimeMs - before) < 5_000, `${mtimeMs - before} ms from now`);
  },
  'entries that come and go change a directory’s time': async ({ at }) => {
    mkdirSync(at('d'));
    const changes: (() => void)[] = [
      () => writeFileSync(at('d/a'), ''),
      () => linkSync(at('d/a'), at('d/b')),
      () => unlinkSync(at('d/b')),
      () => mkdirSync(at('d/e')),
      () => symlinkSync('x', at('d/link')),
    ];
    for (const change of changes) {
      const before = times(at('d')).mtimeNs;
      await sleep(15);
      change();
      ok(times(at('d')).mtimeNs > before);
    }
  },
  'a write into a file leaves its directory’s time': async ({ at, file }) => {
    mkdirSync(at('d'));
    file('d/a');
    const before = times(at('d')).mtimeNs;
    await sleep(15);
    writeFileSync(at('d/a'), 'other text');
    equal(times(at('d')).mtimeNs, before);
  },
  'a new hard link changes the file’s time of attributes': async ({ at, file }) => {
    file('a');
    const before = times(at('a')).ctimeNs;
    await sleep(15);
    linkSync(at('a'), at('b'));
    ok(times(at('a')).ctimeNs > before);
  },
  'blocks show the space that a file takes': ({ at }) => {
    writeFileSync(at('a'), Buffer.alloc(1024 * 1024, 'x'));
    const { blocks, blksize } = statSync(at('a'));
    ok(blocks * 512 >= 1024 * 1024, `${blocks} blocks`);
    ok(blksize >= 512);
  },
  'fifos, sockets and devices keep their type and number': ({ at }) => {
    makeNode(at('fifo'), 0o010640, [0, 0]);
    makeNode(at('socket'), 0o140640, [0, 0]);
    makeNode(at('null'), 0o020640, [1, 3]);
    ok(lstatSync(at('fifo')).isFIFO());
    ok(lstatSync(at('socket')).isSocket());
    ok(lstatSync(at('null')).isCharacterDevice());
    equal(lstatSync(at('null')).rdev, 0x103);
  },
  'the file system says how much space is free': ({ folder }) => {
    const { bfree, blocks, bsize, bavail } = statfsSync(folder);
    ok(bsize > 0 && blocks > 0 && bfree <= blocks && bavail <= blocks && bavail > 0);
  },
};

import { equal, ok } from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { asUser, type User } from '../../system/system-calls.ts';
import { type Cases, type Place, refused } from '../case.ts';

const alice: User = { uid: 1001, gid: 1001 };
const bob: User = { uid: 1002, gid: 1002, groups: [2000] };

/** A file of Alice. */
function alices(place: Place, mode: number, gid = 1001): string {
  const path = place.file('a', 'text');
  chownSync(path, 1001, gid);
  chmodSync(path, mode);
  return path;
}

/** A directory of root with a mode. */
function directory({ at }: Place, mode: number): string {
  mkdirSync(at('d'));
  chmodSync(at('d'), mode);
  return at('d');
}

/** What users may do. Root may do everything. */
export const permissionCases: Cases = {
  'only the owner reads a file of mode 0600': (place) => {
    const path = alices(place, 0o600);
    asUser(alice, () => equal(readFileSync(path, 'utf8'), 'text'));
    asUser(bob, () => refused('EACCES', () => readFileSync(path)));
    equal(readFileSync(path, 'utf8'), 'text');
  },
  'everybody reads a file of mode 0644, and only the owner writes': (place) => {
    const path = alices(place, 0o644);
    asUser(bob, () => {
      equal(readFileSync(path, 'utf8'), 'text');
      refused('EACCES', () => writeFileSync(path, 'x'));
      refused('EACCES', () => truncateSync(path, 0));
    });
    asUser(alice, () => writeFileSync(path, 'new'));
    equal(readFileSync(path, 'utf8'), 'new');
  },
  'the owner’s permissions count for the owner, though others have more': (place) => {
    const path = alices(place, 0o066);
    asUser(alice, () => refused('EACCES', () => readFileSync(path)));
    asUser(bob, () => equal(readFileSync(path, 'utf8'), 'text'));
  },
  'a supplementary group counts': (place) => {
    const path = alices(place, 0o660, 2000);
    asUser(bob, () => {
      equal(readFileSync(path, 'utf8'), 'text');
      writeFileSync(path, 'bob');
    });
    asUser({ uid: 1003, gid: 1003 }, () => refused('EACCES', () => readFileSync(path)));
  },
  'the group’s permissions count for the group, though others have more': (place) => {
    const path = alices(place, 0o606, 2000);
    asUser(bob, () => refused('EACCES', () => readFileSync(path)));
  },
  'a path needs search permission on each directory': (place) => {
    const path = directory(place, 0o700);
    place.file('d/a', 'text', 0o666);
    asUser(bob, () => {
      refused('EACCES', () => readFileSync(`${path}/a`));
      refused('EACCES', () => statSync(`${path}/a`));
      refused('EACCES', () => readdirSync(path));
    });
  },
  'a directory with search permission only can’t be listed': (place) => {
    const path = directory(place, 0o711);
    place.file('d/a', 'text', 0o644);
    asUser(bob, () => {
      equal(readFileSync(`${path}/a`, 'utf8'), 'text');
      refused('EACCES', () => readdirSync(path));
    });
  },
  'a directory with read permission only can be listed': (place) => {
    const path = directory(place, 0o744);
    place.file('d/a');
    asUser(bob, () => {
      equal(readdirSync(path).join(), 'a');
      refused('EACCES', () => statSync(`${path}/a`));
    });
  },
  'entries change only with write permission on the directory': (place) => {
    const path = directory(place, 0o755);
    place.file('d/a', 'text', 0o666);
    mkdirSync(`${path}/e`, { mode: 0o777 });
    asUser(bob, () => {
      refused('EACCES', () => writeFileSync(`${path}/new`, ''));
      refused('EACCES', () => unlinkSync(`${path}/a`));
      refused('EACCES', () => renameSync(`${path}/a`, `${path}/b`));
      refused('EACCES', () => mkdirSync(`${path}/f`));
      refused('EACCES', () => rmdirSync(`${path}/e`));
      writeFileSync(`${path}/a`, 'may');
    });
    equal(readFileSync(`${path}/a`, 'utf8'), 'may');
  },
  'a file of another user can be removed from a writable directory': (place) => {
    const path = directory(place, 0o777);
    place.file('d/a', 'text', 0o600);
    asUser(bob, () => unlinkSync(`${path}/a`));
    ok(!existsSync(`${path}/a`));
  },
  'a sticky directory keeps files of other users': (place) => {
    const path = directory(place, 0o1777);
    asUser(alice, () => writeFileSync(`${path}/a`, 'alice'));
    asUser(bob, () => {
      refused(['EPERM', 'EACCES'], () => unlinkSync(`${path}/a`));
      refused(['EPERM', 'EACCES'], () => renameSync(`${path}/a`, `${path}/b`));
      writeFileSync(`${path}/b`, 'bob');
      refused(['EPERM', 'EACCES'], () => renameSync(`${path}/b`, `${path}/a`));
      unlinkSync(`${path}/b`);
    });
    asUser(alice, () => unlinkSync(`${path}/a`));
  },
  'a setgid directory gives its group to what is created in it': (place) => {
    const path = directory(place, 0o755);
    chownSync(path, 1002, 2000);
    chmodSync(path, 0o2775);
    asUser(bob, () => {
      writeFileSync(`${path}/a`, '');
      mkdirSync(`${path}/e`);
    });
    equal(statSync(`${path}/a`).gid, 2000);
    equal(statSync(`${path}/e`).gid, 2000);
    equal(statSync(`${path}/e`).mode & 0o2000, 0o2000);
  },
  'only the owner changes a mode': (place) => {
    const path = alices(place, 0o666);
    asUser(bob, () => refused('EPERM', () => chmodSync(path, 0o600)));
    asUser(alice, () => chmodSync(path, 0o640));
    equal(statSync(path).mode & 0o7777, 0o640);
  },
  'users can’t give files away': (place) => {
    const path = alices(place, 0o666);
    asUser(alice, () => {
      refused('EPERM', () => chownSync(path, 1002, -1));
      refused('EPERM', () => chownSync(path, -1, 2000));
      chownSync(path, 1001, 1001);
    });
    asUser(bob, () => refused('EPERM', () => chownSync(path, 1002, 1002)));
  },
  'setgid of a group that the owner isn’t in is cleared': (place) => {
    const path = alices(place, 0o755, 2000);
    asUser(alice, () => chmodSync(path, 0o2755));
    equal(statSync(path).mode & 0o7777, 0o755);
  },
  'permission is taken away at once': (place) => {
    const path = alices(place, 0o644);
    for (let round = 0; round < 20; round++) {
      asUser(bob, () => equal(readFileSync(path, 'utf8'), 'text'));
      chmodSync(path, 0o600);
      asUser(bob, () => refused('EACCES', () => readFileSync(path)));
      chmodSync(path, 0o644);
    }
  },
};

import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { listXattrs, readXattr } from '../../../../guest-agent/runtime/files/file-calls.ts';
import {
  asUser,
  removeXattr,
  setXattr,
  XATTR_CREATE,
  XATTR_REPLACE,
} from '../../system/system-calls.ts';
import { type Cases, refused } from '../case.ts';

const own = (path: string) => listXattrs(path).filter((name) => name.startsWith('user.'));

/** An access list in the kernel's form: version 2, then tag, permissions and ID of each entry. */
function accessList(...entries: readonly (readonly [tag: number, rights: number, id?: number])[]) {
  const list = Buffer.alloc(4 + entries.length * 8);
  list.writeUInt32LE(2, 0);
  for (const [index, [tag, rights, id = 0xffffffff]] of entries.entries()) {
    list.writeUInt16LE(tag, 4 + index * 8);
    list.writeUInt16LE(rights, 6 + index * 8);
    list.writeUInt32LE(id, 8 + index * 8);
  }
  return list;
}
const [USER_OBJ, USER, GROUP_OBJ, MASK, OTHER] = [1, 2, 4, 0x10, 0x20];

/** Extended attributes. */
export const extendedCases: Cases = {
  'an attribute is set, read, listed and removed': ({ file }) => {
    const path = file('a');
    setXattr(path, 'user.color', 'blue');
    equal(readXattr(path, 'user.color')?.toString(), 'blue');
    deepEqual(own(path), ['user.color']);
    removeXattr(path, 'user.color');
    equal(readXattr(path, 'user.color'), undefined);
    deepEqual(own(path), []);
  },
  'a missing attribute can’t be removed': ({ file }) => {
    const path = file('a');
    refused('ENODATA', () => removeXattr(path, 'user.none'));
  },
  'XATTR_CREATE and XATTR_REPLACE look first': ({ file }) => {
    const path = file('a');
    refused('ENODATA', () => setXattr(path, 'user.a', '1', XATTR_REPLACE));
    setXattr(path, 'user.a', '1', XATTR_CREATE);
    refused('EEXIST', () => setXattr(path, 'user.a', '2', XATTR_CREATE));
    setXattr(path, 'user.a', '3', XATTR_REPLACE);
    equal(readXattr(path, 'user.a')?.toString(), '3');
  },
  'values are bytes, also none': ({ file }) => {
    const path = file('a');
    const bytes = Buffer.from([0, 255, 10, 0, 128]);
    setXattr(path, 'user.bytes', bytes);
    setXattr(path, 'user.empty', '');
    deepEqual(readXattr(path, 'user.bytes'), bytes);
    equal(readXattr(path, 'user.empty')?.length, 0);
  },
  'a value has 2,000 bytes, and a file 20 attributes': ({ at, file }) => {
    setXattr(file('a'), 'user.long', Buffer.alloc(2_000, 'x'));
    equal(readXattr(at('a'), 'user.long')?.length, 2_000);
    file('b');
    for (let index = 0; index < 20; index++) setXattr(at('b'), `user.${index}`, `${index}`);
    equal(own(at('b')).length, 20);
  },
  'a directory has attributes': ({ at }) => {
    mkdirSync(at('d'));
    setXattr(at('d'), 'user.a', '1');
    equal(readXattr(at('d'), 'user.a')?.toString(), '1');
  },
  'a link has no user’s attributes': ({ at, file }) => {
    file('a');
    symlinkSync('a', at('link'));
    refused('EPERM', () => setXattr(at('link'), 'user.a', '1'));
  },
  'attributes stay with a file that is renamed or linked': ({ at, file }) => {
    setXattr(file('a'), 'user.a', '1');
    linkSync(at('a'), at('b'));
    renameSync(at('a'), at('c'));
    equal(readXattr(at('b'), 'user.a')?.toString(), '1');
    equal(readXattr(at('c'), 'user.a')?.toString(), '1');
  },
  'a copy has no attributes': ({ at, file }) => {
    setXattr(file('a'), 'user.a', '1');
    copyFileSync(at('a'), at('b'));
    deepEqual(own(at('b')), []);
  },
  'setting an attribute changes the time of the attributes only': async ({ file }) => {
    const path = file('a');
    const before = statSync(path, { bigint: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
    setXattr(path, 'user.a', '1');
    const after = statSync(path, { bigint: true });
    ok(after.ctimeNs > before.ctimeNs);
    equal(after.mtimeNs, before.mtimeNs);
  },
  'attributes need the file’s permissions': ({ file }) => {
    const path = file('a', 'text', 0o644);
    asUser({ uid: 1234, gid: 1234 }, () => {
      refused('EACCES', () => setXattr(path, 'user.a', '1'));
    });
  },
  'attributes of other kinds are refused': ({ file }) => {
    const path = file('a');
    refused(['EOPNOTSUPP', 'ENOTSUP'], () => setXattr(path, 'nonsense.a', '1'));
    refused(['ERANGE', 'ENAMETOOLONG'], () => setXattr(path, `user.${'n'.repeat(300)}`, '1'));
  },
  'root keeps trusted attributes': ({ file }) => {
    const path = file('a');
    setXattr(path, 'trusted.overlay.opaque', 'y');
    equal(readXattr(path, 'trusted.overlay.opaque')?.toString(), 'y');
  },
  'a program keeps its capabilities': ({ file }) => {
    const path = file('a', 'text', 0o755);
    const capability = Buffer.from('0100000200040000000000000000000000000000', 'hex');
    setXattr(path, 'security.capability', capability);
    deepEqual(readXattr(path, 'security.capability'), capability);
  },
  'an access list gives one more user permission': ({ at, file }) => {
    const path = file('a', 'text', 0o600);
    const list = accessList([USER_OBJ, 6], [USER, 4, 1234], [GROUP_OBJ, 0], [MASK, 4], [OTHER, 0]);
    setXattr(path, 'system.posix_acl_access', list);
    deepEqual(readXattr(path, 'system.posix_acl_access'), list);
    equal(statSync(at('a')).mode & 0o777, 0o640);
    asUser({ uid: 1234, gid: 1234 }, () => readFileSync(path));
    asUser({ uid: 1235, gid: 1235 }, () => {
      refused('EACCES', () => readFileSync(path));
    });
    chmodSync(path, 0o600);
    asUser({ uid: 1234, gid: 1234 }, () => {
      refused('EACCES', () => readFileSync(path));
    });
  },
};

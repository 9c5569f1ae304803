import { equal, ok } from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  linkSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { type Cases, refused } from '../case.ts';

const contentOf = (fd: number) => {
  const bytes = Buffer.alloc(100);
  return bytes.toString('utf8', 0, readSync(fd, bytes, 0, 100, 0));
};

/** Files that are removed while they are open. */
export const unlinkedCases: Cases = {
  'an unlinked file can be read and written while it is open': ({ file }) => {
    const path = file('a', 'text');
    const fd = openSync(path, 'r+');
    unlinkSync(path);
    equal(contentOf(fd), 'text');
    writeSync(fd, 'more', 4);
    equal(contentOf(fd), 'textmore');
    closeSync(fd);
    ok(!existsSync(path));
  },
  'its attributes can be read and changed': ({ file }) => {
    const path = file('a', 'text');
    const fd = openSync(path, 'r+');
    unlinkSync(path);
    equal(fstatSync(fd).nlink, 0);
    ftruncateSync(fd, 2);
    fchmodSync(fd, 0o600);
    equal(fstatSync(fd).size, 2);
    equal(fstatSync(fd).mode & 0o777, 0o600);
    closeSync(fd);
  },
  'a new file of its name is another file': ({ file }) => {
    const path = file('a', 'old');
    const fd = openSync(path, 'r+');
    unlinkSync(path);
    writeFileSync(path, 'new');
    writeSync(fd, 'OLD', 0);
    equal(readFileSync(path, 'utf8'), 'new');
    equal(contentOf(fd), 'OLD');
    ok(fstatSync(fd).ino !== statSync(path).ino);
    closeSync(fd);
  },
  'another process can read and write it too': async ({ file, peer }) => {
    const path = file('a', 'text');
    const other = await peer();
    const theirs = await other.call('open', path, 2);
    unlinkSync(path);
    equal(await other.call('read', theirs, 10, 0), 'text');
    await other.call('write', theirs, 'more');
    await other.call('truncate', theirs, 2);
    equal(await other.call('read', theirs, 10, 0), 'mo');
    equal(await other.codeOf('readFile', path), 'ENOENT');
  },
  'it can’t be opened again by its old name': ({ file }) => {
    const path = file('a');
    const fd = openSync(path, 'r');
    unlinkSync(path);
    refused('ENOENT', () => openSync(path, 'r'));
    refused('ENOENT', () => linkSync(path, `${path}.new`));
    closeSync(fd);
  },
  'it can be opened again through /proc': ({ file }) => {
    const path = file('a', 'text');
    const fd = openSync(path, 'r+');
    unlinkSync(path);
    const again = openSync(`/proc/self/fd/${fd}`, 'r');
    equal(contentOf(again), 'text');
    closeSync(again);
    closeSync(fd);
  },
  'its directory can be removed': ({ at, file }) => {
    const path = file('a', 'text');
    const fd = openSync(path, 'r+');
    unlinkSync(path);
    equal(contentOf(fd), 'text');
    closeSync(fd);
    ok(!existsSync(at('a')));
  },
  '200 unlinked files are open at once': ({ at }) => {
    const open = Array.from({ length: 200 }, (_, index) => {
      const fd = openSync(at(`${index}`), 'w+');
      writeSync(fd, `${index}`);
      unlinkSync(at(`${index}`));
      return fd;
    });
    for (const [index, fd] of open.entries()) {
      equal(contentOf(fd), `${index}`);
      closeSync(fd);
    }
  },
};

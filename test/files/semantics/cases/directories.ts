import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  chmodSync,
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  mkdirSync,
  opendirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { makeNode } from '../../../../guest-agent/runtime/files/file-calls.ts';
import { type Cases, refused } from '../case.ts';

/** Directories, and reading them while they change. */
export const directoryCases: Cases = {
  'mkdir takes a mode, which the umask limits': ({ at }) => {
    const before = process.umask(0o022);
    try {
      mkdirSync(at('d'), { mode: 0o777 });
      mkdirSync(at('e'), { mode: 0o700 });
    } finally {
      process.umask(before);
    }
    equal(statSync(at('d')).mode & 0o7777, 0o755);
    equal(statSync(at('e')).mode & 0o7777, 0o700);
  },
  'mkdir refuses an existing name': ({ at, file }) => {
    file('a');
    mkdirSync(at('d'));
    symlinkSync('nothing', at('link'));
    for (const name of ['a', 'd', 'link']) refused('EEXIST', () => mkdirSync(at(name)));
  },
  'mkdir in a missing directory or a file is refused': ({ at, file }) => {
    refused('ENOENT', () => mkdirSync(at('none/d')));
    file('a');
    refused('ENOTDIR', () => mkdirSync(at('a/d')));
  },
  'mkdir takes a slash after the name': ({ at }) => {
    mkdirSync(`${at('d')}/`);
    ok(statSync(at('d')).isDirectory());
  },
  'rmdir removes an empty directory only': ({ at, file }) => {
    mkdirSync(at('d'));
    file('d/a');
    refused(['ENOTEMPTY', 'EEXIST'], () => rmdirSync(at('d')));
    unlinkSync(at('d/a'));
    rmdirSync(at('d'));
    ok(!existsSync(at('d')));
  },
  'rmdir refuses a file, . and nothing': ({ at, file, folder }) => {
    file('a');
    refused('ENOTDIR', () => rmdirSync(at('a')));
    refused('ENOENT', () => rmdirSync(at('none')));
    refused('EINVAL', () => rmdirSync(`${folder}/.`));
    refused(['ENOTEMPTY', 'EEXIST'], () => rmdirSync(`${folder}/..`));
  },
  'a directory counts the directories in it as links': ({ at }) => {
    mkdirSync(at('d'));
    const before = statSync(at('d')).nlink;
    mkdirSync(at('d/e'));
    mkdirSync(at('d/f'));
    equal(statSync(at('d')).nlink, before + 2);
    rmdirSync(at('d/e'));
    equal(statSync(at('d')).nlink, before + 1);
  },
  'a listing has the type of each entry': async ({ at, file }) => {
    file('file');
    mkdirSync(at('directory'));
    symlinkSync('nothing', at('link'));
    makeNode(at('fifo'), 0o010644, [0, 0]);
    const types = readdirSync(at('.'), { withFileTypes: true }).map((entry) => {
      const type = [entry.isFile(), entry.isDirectory(), entry.isSymbolicLink(), entry.isFIFO()];
      return `${entry.name} ${type.indexOf(true)}`;
    });
    deepEqual(types.toSorted(), ['directory 1', 'fifo 3', 'file 0', 'link 2']);
  },
  'an entry’s inode number is the file’s': ({ at, file }) => {
    file('a');
    mkdirSync(at('d'));
    linkSync(at('a'), at('d/b'));
    equal(statSync(at('a'), { bigint: true }).ino, statSync(at('d/b'), { bigint: true }).ino);
    equal(statSync(at('d/..')).ino, statSync(at('.')).ino);
  },
  '5,000 entries are listed once each': ({ at }) => {
    const names = Array.from({ length: 5_000 }, (_, index) => `entry-${index}`);
    for (const name of names) writeFileSync(at(name), '');
    deepEqual(readdirSync(at('.')).toSorted(), names.toSorted());
  },
  'entries that stay are listed once while others are removed': ({ at }) => {
    const names = Array.from({ length: 2_000 }, (_, index) => `${index}`);
    for (const name of names) writeFileSync(at(name), '');
    const directory = opendirSync(at('.'), { bufferSize: 16 });
    const seen: string[] = [];
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      seen.push(entry.name);
      const other = names[seen.length - 1] ?? '';
      if (Number(other) % 2 === 1) unlinkSync(at(other));
    }
    directory.closeSync();
    const even = (all: readonly string[]) => all.filter((name) => Number(name) % 2 === 0);
    deepEqual(even(seen).toSorted(), even(names).toSorted());
    deepEqual(even(readdirSync(at('.'))).toSorted(), even(names).toSorted());
  },
  'entries that stay are listed once while others are added': ({ at }) => {
    const names = Array.from({ length: 1_000 }, (_, index) => `old-${index}`);
    for (const name of names) writeFileSync(at(name), '');
    const directory = opendirSync(at('.'), { bufferSize: 16 });
    const seen: string[] = [];
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      seen.push(entry.name);
      if (seen.length <= 1_000) writeFileSync(at(`new-${seen.length}`), '');
    }
    directory.closeSync();
    const old = seen.filter((name) => name.startsWith('old-'));
    deepEqual(old.toSorted(), names.toSorted());
    equal(new Set(seen).size, seen.length);
    equal(readdirSync(at('.')).length, 2_000);
  },
  'a loop that removes all entries it reads leaves none': ({ at }) => {
    for (let index = 0; index < 1_500; index++) writeFileSync(at(`${index}`), '');
    const directory = opendirSync(at('.'), { bufferSize: 8 });
    for (let entry = directory.readSync(); entry; entry = directory.readSync()) {
      unlinkSync(at(entry.name));
    }
    directory.closeSync();
    deepEqual(readdirSync(at('.')), []);
  },
  'an entry that another process adds is listed next time': async ({ at, peer }) => {
    const other = await peer();
    for (let round = 0; round < 20; round++) {
      equal(readdirSync(at('.')).length, round);
      await other.call('writeFile', at(`${round}`), 'text');
      ok(readdirSync(at('.')).includes(`${round}`));
    }
  },
  'a removed directory that is open has no entries': ({ at }) => {
    mkdirSync(at('d'));
    const fd = openSync(at('d'), 'r');
    rmdirSync(at('d'));
    equal(fstatSync(fd).nlink, 0);
    deepEqual(readdirSync(`/proc/self/fd/${fd}`), []);
    refused('ENOENT', () => writeFileSync(`/proc/self/fd/${fd}/a`, ''));
    closeSync(fd);
  },
  'a directory of mode 0700 keeps its entries when its mode changes': ({ at, file }) => {
    mkdirSync(at('d'), { mode: 0o700 });
    file('d/a');
    chmodSync(at('d'), 0o755);
    deepEqual(readdirSync(at('d')), ['a']);
  },
  'a tree 200 directories deep can be made and removed': ({ at }) => {
    const path = (depth: number) => at(Array.from({ length: depth }, () => 'd').join('/'));
    for (let depth = 1; depth <= 200; depth++) mkdirSync(path(depth));
    writeFileSync(`${path(200)}/a`, 'deep');
    unlinkSync(`${path(200)}/a`);
    for (let depth = 200; depth >= 1; depth--) rmdirSync(path(depth));
    deepEqual(readdirSync(at('.')), []);
  },
  'a directory that moves is listed under its new name': ({ at, file }) => {
    mkdirSync(at('d'));
    file('d/a');
    deepEqual(readdirSync(at('d')), ['a']);
    renameSync(at('d'), at('e'));
    deepEqual(readdirSync(at('e')), ['a']);
    refused('ENOENT', () => readdirSync(at('d')));
  },
};

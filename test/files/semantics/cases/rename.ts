import { deepEqual, equal, notEqual, ok } from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { RENAME_EXCHANGE, RENAME_NOREPLACE, renameWith } from '../../system/system-calls.ts';
import { type Cases, refused } from '../case.ts';

/** rename(2), from and to everything. */
export const renameCases: Cases = {
  'a file gets a new name': ({ at, file }) => {
    const { ino } = statSync(file('a', 'text'));
    renameSync(at('a'), at('b'));
    ok(!existsSync(at('a')));
    equal(readFileSync(at('b'), 'utf8'), 'text');
    equal(statSync(at('b')).ino, ino);
  },
  'a file replaces a file': ({ at, file }) => {
    file('a', 'new');
    file('b', 'old');
    renameSync(at('a'), at('b'));
    equal(readFileSync(at('b'), 'utf8'), 'new');
    deepEqual(readdirSync(at('.')), ['b']);
  },
  'a file doesn’t replace a directory': ({ at, file }) => {
    file('a');
    mkdirSync(at('d'));
    refused('EISDIR', () => renameSync(at('a'), at('d')));
  },
  'a directory doesn’t replace a file': ({ at, file }) => {
    file('a');
    mkdirSync(at('d'));
    refused('ENOTDIR', () => renameSync(at('d'), at('a')));
  },
  'a directory replaces an empty one': ({ at, file }) => {
    mkdirSync(at('from'));
    mkdirSync(at('to'));
    file('from/in', 'text');
    renameSync(at('from'), at('to'));
    equal(readFileSync(at('to/in'), 'utf8'), 'text');
    ok(!existsSync(at('from')));
  },
  'a directory doesn’t replace one with entries': ({ at, file }) => {
    mkdirSync(at('from'));
    mkdirSync(at('to'));
    file('to/in');
    refused(['ENOTEMPTY', 'EEXIST'], () => renameSync(at('from'), at('to')));
  },
  'a directory doesn’t move into itself': ({ at }) => {
    mkdirSync(at('d/e'), { recursive: true });
    refused('EINVAL', () => renameSync(at('d'), at('d/e/f')));
  },
  'a directory doesn’t replace its parent': ({ at }) => {
    mkdirSync(at('d/e'), { recursive: true });
    refused(['ENOTEMPTY', 'EEXIST'], () => renameSync(at('d/e'), at('d')));
  },
  'a missing source is ENOENT': ({ at }) => {
    refused('ENOENT', () => renameSync(at('a'), at('b')));
  },
  'a missing target directory is ENOENT': ({ at, file }) => {
    file('a');
    refused('ENOENT', () => renameSync(at('a'), at('none/a')));
    ok(existsSync(at('a')));
  },
  'two names of one file both stay': ({ at, file }) => {
    file('a');
    linkSync(at('a'), at('b'));
    renameSync(at('a'), at('b'));
    deepEqual(readdirSync(at('.')).toSorted(), ['a', 'b']);
  },
  'a name replaces itself': ({ at, file }) => {
    file('a', 'text');
    renameSync(at('a'), at('a'));
    equal(readFileSync(at('a'), 'utf8'), 'text');
  },
  'a link itself moves, not its target': ({ at, file }) => {
    file('target');
    symlinkSync('target', at('link'));
    renameSync(at('link'), at('moved'));
    equal(readlinkSync(at('moved')), 'target');
    ok(existsSync(at('target')));
  },
  'a file replaces a link, not its target': ({ at, file }) => {
    file('target', 'old');
    symlinkSync('target', at('link'));
    file('a', 'new');
    renameSync(at('a'), at('link'));
    ok(lstatSync(at('link')).isFile());
    equal(readFileSync(at('target'), 'utf8'), 'old');
  },
  'a link replaces a file': ({ at, file }) => {
    file('a');
    symlinkSync('nothing', at('link'));
    renameSync(at('link'), at('a'));
    equal(readlinkSync(at('a')), 'nothing');
  },
  'a file moves to another directory': ({ at, file }) => {
    mkdirSync(at('d'));
    file('a', 'text');
    renameSync(at('a'), at('d/b'));
    deepEqual(readdirSync(at('.')), ['d']);
    equal(readFileSync(at('d/b'), 'utf8'), 'text');
  },
  'a directory moves with its contents, and .. is its new parent': ({ at, file }) => {
    mkdirSync(at('d/e/f'), { recursive: true });
    mkdirSync(at('other'));
    file('d/e/f/a', 'text');
    renameSync(at('d/e'), at('other/e'));
    equal(readFileSync(at('other/e/f/a'), 'utf8'), 'text');
    equal(statSync(`${at('other/e')}/..`).ino, statSync(at('other')).ino);
    equal(existsSync(at('d/e')), false);
  },
  'an open file stays open under its new name': ({ at, file }) => {
    const fd = openSync(file('a', 'text'), 'r+');
    renameSync(at('a'), at('b'));
    writeSync(fd, 'TEXT', 0);
    closeSync(fd);
    equal(readFileSync(at('b'), 'utf8'), 'TEXT');
  },
  'a file in a moved directory stays open': ({ at, file }) => {
    mkdirSync(at('d'));
    const fd = openSync(file('d/a', 'text'), 'r+');
    renameSync(at('d'), at('e'));
    writeSync(fd, 'TEXT', 0);
    equal(fstatSync(fd).size, 4);
    closeSync(fd);
    equal(readFileSync(at('e/a'), 'utf8'), 'TEXT');
  },
  'a replaced file can be read as long as it is open': ({ at, file }) => {
    const fd = openSync(file('b', 'old text'), 'r');
    file('a', 'new');
    renameSync(at('a'), at('b'));
    const bytes = Buffer.alloc(8);
    readSync(fd, bytes, 0, 8, 0);
    equal(bytes.toString(), 'old text');
    equal(fstatSync(fd).nlink, 0);
    closeSync(fd);
  },
  'a file replaced by an editor is a new file': ({ at, file }) => {
    const { ino } = statSync(file('a', 'old'));
    for (let round = 0; round < 20; round++) {
      file('a.tmp', `text ${round}`);
      renameSync(at('a.tmp'), at('a'));
      equal(readFileSync(at('a'), 'utf8'), `text ${round}`);
    }
    // A file system may use the number again, but not for a file that exists.
    file('a.tmp', 'last');
    notEqual(statSync(at('a.tmp')).ino, statSync(at('a')).ino);
    ok(ino > 0);
  },
  'a reader never sees a replaced file’s name missing or empty': async ({ at, file, peer }) => {
    file('a', 'version 0');
    const other = await peer();
    for (let round = 0; round < 40; round++) {
      const reading = other.call('readFile', at('a'));
      writeFileSync(at('next'), `version ${round}`);
      renameSync(at('next'), at('a'));
      ok((await reading).startsWith('version '));
    }
  },
  'RENAME_NOREPLACE keeps an existing target': ({ at, file }) => {
    file('a', 'new');
    file('b', 'old');
    refused('EEXIST', () => renameWith(at('a'), at('b'), RENAME_NOREPLACE));
    renameWith(at('a'), at('c'), RENAME_NOREPLACE);
    equal(readFileSync(at('c'), 'utf8'), 'new');
    equal(readFileSync(at('b'), 'utf8'), 'old');
  },
  'RENAME_EXCHANGE swaps two files': ({ at, file }) => {
    file('a', 'A');
    file('b', 'B');
    renameWith(at('a'), at('b'), RENAME_EXCHANGE);
    equal(readFileSync(at('a'), 'utf8'), 'B');
    equal(readFileSync(at('b'), 'utf8'), 'A');
  },
  'RENAME_EXCHANGE swaps a file and a directory': ({ at, file }) => {
    file('a', 'A');
    mkdirSync(at('d'));
    file('d/in', 'in');
    renameWith(at('a'), at('d'), RENAME_EXCHANGE);
    equal(readFileSync(at('d'), 'utf8'), 'A');
    equal(readFileSync(at('a/in'), 'utf8'), 'in');
  },
  'only the case of a name changes': ({ at, file }) => {
    file('readme', 'text');
    renameSync(at('readme'), at('README'));
    deepEqual(readdirSync(at('.')), ['README']);
    equal(readFileSync(at('README'), 'utf8'), 'text');
  },
  'the times of both parents change': async ({ at, file }) => {
    mkdirSync(at('d'));
    mkdirSync(at('e'));
    file('d/a');
    const before = [at('d'), at('e')].map((path) => statSync(path, { bigint: true }).mtimeNs);
    await new Promise((resolve) => setTimeout(resolve, 20));
    renameSync(at('d/a'), at('e/a'));
    const after = [at('d'), at('e')].map((path) => statSync(path, { bigint: true }).mtimeNs);
    for (const [index, time] of after.entries()) ok(time > (before[index] ?? 0n));
  },
  'the time of a moved file stays': async ({ at, file }) => {
    const { mtimeNs } = statSync(file('a'), { bigint: true });
    await new Promise((resolve) => setTimeout(resolve, 20));
    renameSync(at('a'), at('b'));
    equal(statSync(at('b'), { bigint: true }).mtimeNs, mtimeNs);
  },
};

import { deepEqual, equal, ok } from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { type Cases, refused } from '../case.ts';

/** Hard links, symbolic links and unlink(2). */
export const linkCases: Cases = {
  'a hard link is the same file': ({ at, file }) => {
    file('a', 'one');
    linkSync(at('a'), at('b'));
    const [a, b] = [statSync(at('a')), statSync(at('b'))];
    equal(a.ino, b.ino);
    deepEqual([a.nlink, b.nlink], [2, 2]);
    writeFileSync(at('b'), 'two');
    equal(readFileSync(at('a'), 'utf8'), 'two');
  },
  'a mode is the same through all hard links': ({ at, file }) => {
    file('a', 'one', 0o600);
    linkSync(at('a'), at('b'));
    chmodSync(at('a'), 0o640);
    equal(statSync(at('b')).mode & 0o7777, 0o640);
  },
  'removing one name lowers the count': ({ at, file }) => {
    file('a', 'text');
    linkSync(at('a'), at('b'));
    unlinkSync(at('a'));
    equal(statSync(at('b')).nlink, 1);
    equal(readFileSync(at('b'), 'utf8'), 'text');
  },
  'a directory can’t have a hard link': ({ at }) => {
    mkdirSync(at('d'));
    refused('EPERM', () => linkSync(at('d'), at('e')));
  },
  'a hard link doesn’t replace a file': ({ at, file }) => {
    file('a');
    file('b');
    refused('EEXIST', () => linkSync(at('a'), at('b')));
  },
  'a hard link to nothing is ENOENT': ({ at }) => {
    refused('ENOENT', () => linkSync(at('a'), at('b')));
  },
  'a symbolic link can have a hard link': ({ at }) => {
    symlinkSync('nothing', at('a'));
    linkSync(at('a'), at('b'));
    equal(readlinkSync(at('b')), 'nothing');
    equal(lstatSync(at('a')).nlink, 2);
  },
  'a file has 100 hard links': ({ at, file }) => {
    file('a', 'text');
    mkdirSync(at('d'));
    for (let index = 0; index < 99; index++) linkSync(at('a'), at(`d/${index}`));
    equal(statSync(at('a')).nlink, 100);
    equal(readFileSync(at('d/98'), 'utf8'), 'text');
  },
  'a link keeps its target as written': ({ at }) => {
    for (const [index, target] of ['../x', '/abs/olute', './a//b/', 'ä ö\n', '..'].entries()) {
      symlinkSync(target, at(`${index}`));
      equal(readlinkSync(at(`${index}`)), target);
      equal(lstatSync(at(`${index}`)).size, Buffer.byteLength(target));
    }
  },
  'a link has a target of 4,095 bytes': ({ at }) => {
    const target = 'x/'.repeat(2048).slice(0, 4095);
    symlinkSync(target, at('a'));
    equal(readlinkSync(at('a')), target);
  },
  'a longer or empty target is refused': ({ at }) => {
    refused('ENAMETOOLONG', () => symlinkSync('x/'.repeat(2048), at('a')));
    refused('ENOENT', () => symlinkSync('', at('b')));
  },
  'a link doesn’t replace a file': ({ at, file }) => {
    file('a');
    refused('EEXIST', () => symlinkSync('x', at('a')));
  },
  'a link to nothing exists, its target doesn’t': ({ at }) => {
    symlinkSync('nothing', at('a'));
    ok(lstatSync(at('a')).isSymbolicLink());
    refused('ENOENT', () => statSync(at('a')));
  },
  'a link to itself is ELOOP': ({ at }) => {
    symlinkSync('a', at('a'));
    refused('ELOOP', () => statSync(at('a')));
    symlinkSync('c', at('b'));
    symlinkSync('b', at('c'));
    refused('ELOOP', () => readFileSync(at('b')));
  },
  '40 links in a row are followed, 41 aren’t': ({ at, file }) => {
    file('0', 'end');
    for (let index = 1; index <= 41; index++) symlinkSync(`${index - 1}`, at(`${index}`));
    equal(readFileSync(at('40'), 'utf8'), 'end');
    refused('ELOOP', () => readFileSync(at('41')));
  },
  'a path leads through a link to a directory': ({ at, file }) => {
    mkdirSync(at('d'));
    file('d/a', 'text');
    symlinkSync('d', at('link'));
    equal(readFileSync(at('link/a'), 'utf8'), 'text');
    deepEqual(readdirSync(at('link')), ['a']);
    ok(statSync(`${at('link')}/`).isDirectory());
    equal(realpathSync(at('link/a')), realpathSync(at('d/a')));
  },
  'a path through a link to a file is ENOTDIR': ({ at, file }) => {
    file('a');
    symlinkSync('a', at('link'));
    refused('ENOTDIR', () => statSync(at('link/x')));
    refused('ENOTDIR', () => statSync(`${at('link')}/`));
  },
  'chmod follows a link': ({ at, file }) => {
    file('a', 'text', 0o644);
    symlinkSync('a', at('link'));
    chmodSync(at('link'), 0o600);
    equal(statSync(at('a')).mode & 0o7777, 0o600);
    ok(lstatSync(at('link')).isSymbolicLink());
  },
  'unlink removes a link, not its target': ({ at, file }) => {
    file('a');
    symlinkSync('a', at('link'));
    unlinkSync(at('link'));
    deepEqual(readdirSync(at('.')), ['a']);
  },
  'unlink removes a link to a directory': ({ at }) => {
    mkdirSync(at('d'));
    symlinkSync('d', at('link'));
    refused('ENOTDIR', () => rmdirSync(at('link')));
    unlinkSync(at('link'));
    ok(existsSync(at('d')));
  },
  'unlink of nothing is ENOENT, of a directory EISDIR': ({ at }) => {
    refused('ENOENT', () => unlinkSync(at('a')));
    mkdirSync(at('d'));
    refused(['EISDIR', 'EPERM'], () => unlinkSync(at('d')));
  },
  'a removed name is free at once': ({ at, file }) => {
    for (let round = 0; round < 50; round++) {
      file('a', `${round}`);
      unlinkSync(at('a'));
      ok(!existsSync(at('a')));
      mkdirSync(at('a'));
      ok(statSync(at('a')).isDirectory());
      rmdirSync(at('a'));
      symlinkSync(`${round}`, at('a'));
      equal(readlinkSync(at('a')), `${round}`);
      unlinkSync(at('a'));
    }
  },
  'a name that was missing a moment ago is seen once it exists': ({ at }) => {
    for (let round = 0; round < 50; round++) {
      ok(!existsSync(at(`${round}`)));
      writeFileSync(at(`${round}`), 'text');
      equal(statSync(at(`${round}`)).size, 4);
    }
  },
};

import { equal, ok } from 'node:assert/strict';
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { MAP_PRIVATE, Mapping, PROT_READ, PROT_WRITE } from '../../system/system-calls.ts';
import { type Cases, refused } from '../case.ts';

const PAGE = 4096;
const page = (text: string) => Buffer.alloc(PAGE, text);

/** mmap(2). */
export const mappedCases: Cases = {
  'a shared mapping writes to the file': ({ file }) => {
    const path = file('a', page('a'));
    const fd = openSync(path, 'r+');
    using map = new Mapping(PAGE, fd);
    map.write('mapped', 100);
    map.sync();
    equal(readFileSync(path).subarray(99, 107).toString(), 'amappeda');
    closeSync(fd);
  },
  'a mapping is written though the file is closed before': ({ file }) => {
    const path = file('a', page('a'));
    const fd = openSync(path, 'r+');
    {
      using map = new Mapping(PAGE, fd);
      closeSync(fd);
      map.write('late', 0);
    }
    equal(readFileSync(path).subarray(0, 5).toString(), 'latea');
  },
  'a mapping sees what write(2) writes': ({ file }) => {
    const fd = openSync(file('a', page('a')), 'r+');
    using map = new Mapping(PAGE, fd);
    equal(map.read(0, 3).toString(), 'aaa');
    writeSync(fd, 'new', 0);
    equal(map.read(0, 4).toString(), 'newa');
    closeSync(fd);
  },
  'read(2) sees what a mapping writes without msync': ({ file }) => {
    const fd = openSync(file('a', page('a')), 'r+');
    using map = new Mapping(PAGE, fd);
    map.write('direct', 10);
    const bytes = Buffer.alloc(6);
    readSync(fd, bytes, 0, 6, 10);
    equal(bytes.toString(), 'direct');
    closeSync(fd);
  },
  'a private mapping leaves the file alone': ({ file }) => {
    const path = file('a', page('a'));
    const fd = openSync(path, 'r');
    using map = new Mapping(PAGE, fd, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    map.write('own', 0);
    equal(map.read(0, 3).toString(), 'own');
    equal(readFileSync(path).subarray(0, 3).toString(), 'aaa');
    closeSync(fd);
  },
  'two processes share a mapping': async ({ file, peer }) => {
    const path = file('a', page('.'));
    const other = await peer();
    await other.call('map', await other.call('open', path, 2), PAGE);
    const fd = openSync(path, 'r+');
    using map = new Mapping(PAGE, fd);
    map.write('ping', 0);
    equal(await other.call('readMap', 0, 4), 'ping');
    await other.call('writeMap', 'pong', 8);
    equal(map.read(8, 4).toString(), 'pong');
    closeSync(fd);
  },
  'a mapping sees what another process writes': async ({ file, peer }) => {
    const path = file('a', page('a'));
    const other = await peer();
    const fd = openSync(path, 'r');
    using map = new Mapping(PAGE, fd, PROT_READ);
    equal(map.read(0, 1).toString(), 'a');
    const theirs = await other.call('open', path, 2);
    await other.call('write', theirs, 'other');
    equal(map.read(0, 5).toString(), 'other');
    closeSync(fd);
  },
  'a mapping of an unlinked file works': ({ file }) => {
    const path = file('a', page('a'));
    const fd = openSync(path, 'r+');
    unlinkSync(path);
    using map = new Mapping(PAGE, fd);
    map.write('gone', 0);
    map.sync();
    const bytes = Buffer.alloc(5);
    readSync(fd, bytes, 0, 5, 0);
    equal(bytes.toString(), 'gonea');
    closeSync(fd);
  },
  'the last page is zero after the end, and never longer than the file': ({ file }) => {
    const path = file('a', 'ten bytes.');
    const fd = openSync(path, 'r+');
    using map = new Mapping(PAGE, fd);
    ok(map.read(10, PAGE - 10).every((byte) => byte === 0));
    map.write('lost', 100);
    map.sync();
    equal(fstatSync(fd).size, 10);
    closeSync(fd);
  },
  'reading a mapping after the end is a bus error': async ({ file, peer }) => {
    const path = file('a', page('a'));
    const other = await peer();
    await other.call('map', await other.call('open', path, 2), PAGE * 4);
    equal(await other.codeOf('readMap', PAGE * 2, 1), 'SIGBUS');
  },
  'a mapping ends where a truncated file does': async ({ file, peer }) => {
    const path = file('a', Buffer.alloc(PAGE * 2, 'a'));
    const other = await peer();
    await other.call('map', await other.call('open', path, 2), PAGE * 2);
    equal(await other.call('readMap', PAGE, 1), 'a');
    const fd = openSync(path, 'r+');
    ftruncateSync(fd, PAGE);
    closeSync(fd);
    equal(await other.codeOf('readMap', PAGE, 1), 'SIGBUS');
  },
  'a file open for reading can’t be mapped for writing': ({ file }) => {
    const fd = openSync(file('a', page('a')), 'r');
    refused('EACCES', () => new Mapping(PAGE, fd));
    closeSync(fd);
  },
  'a write through a mapping changes the file’s time': async ({ file }) => {
    const path = file('a', page('a'));
    const fd = openSync(path, 'r+');
    const before = fstatSync(fd, { bigint: true }).mtimeNs;
    await new Promise((resolve) => setTimeout(resolve, 20));
    using map = new Mapping(PAGE, fd);
    map.write('late', 0);
    map.sync();
    ok(fstatSync(fd, { bigint: true }).mtimeNs > before);
    closeSync(fd);
  },
  'a growing file can be mapped further': ({ at }) => {
    writeFileSync(at('a'), page('a'));
    const fd = openSync(at('a'), 'r+');
    using map = new Mapping(PAGE * 2, fd);
    ftruncateSync(fd, PAGE * 2);
    map.write('second', PAGE);
    map.sync();
    equal(
      readFileSync(at('a'))
        .subarray(PAGE, PAGE + 6)
        .toString(),
      'second',
    );
    closeSync(fd);
  },
};

import { equal, ok } from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { AT_SYMLINK_FOLLOW, linkWith, O_PATH, O_TMPFILE } from '../../system/system-calls.ts';
import { type Cases, refused } from '../case.ts';

const { O_APPEND, O_CREAT, O_DIRECTORY, O_DSYNC, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
const { O_RDONLY, O_RDWR, O_SYNC, O_TRUNC, O_WRONLY } = constants;

/** open(2) and its flags. */
export const openCases: Cases = {
  'O_CREAT creates an empty file': ({ at }) => {
    closeSync(openSync(at('a'), O_CREAT | O_WRONLY, 0o644));
    equal(statSync(at('a')).size, 0);
  },
  'O_CREAT of an existing file keeps its mode and content': ({ at, file }) => {
    const path = file('a', 'kept', 0o600);
    closeSync(openSync(path, O_CREAT | O_WRONLY, 0o777));
    equal(statSync(path).mode & 0o7777, 0o600);
    equal(readFileSync(at('a'), 'utf8'), 'kept');
  },
  'the umask limits the mode of a new file': ({ at }) => {
    const before = process.umask(0o027);
    try {
      closeSync(openSync(at('a'), O_CREAT | O_WRONLY, 0o666));
    } finally {
      process.umask(before);
    }
    equal(statSync(at('a')).mode & 0o7777, 0o640);
  },
  'a new file of mode 0 can be written by its creator': ({ at }) => {
    const fd = openSync(at('a'), O_CREAT | O_RDWR, 0);
    writeSync(fd, 'x');
    closeSync(fd);
    equal(statSync(at('a')).mode & 0o7777, 0);
    equal(statSync(at('a')).size, 1);
  },
  'a new file of mode 0444 can be written by its creator': ({ at }) => {
    const fd = openSync(at('a'), O_CREAT | O_WRONLY, 0o444);
    equal(writeSync(fd, 'content'), 7);
    closeSync(fd);
    equal(readFileSync(at('a'), 'utf8'), 'content');
  },
  'O_EXCL creates a new file': ({ at }) => {
    closeSync(openSync(at('a'), O_CREAT | O_EXCL | O_WRONLY));
    ok(existsSync(at('a')));
  },
  'O_EXCL refuses an existing file': ({ file }) => {
    const path = file('a');
    refused('EEXIST', () => openSync(path, O_CREAT | O_EXCL | O_WRONLY));
  },
  'O_EXCL refuses a link to nothing': ({ at }) => {
    symlinkSync('nothing', at('a'));
    refused('EEXIST', () => openSync(at('a'), O_CREAT | O_EXCL | O_WRONLY));
    ok(!existsSync(at('nothing')));
  },
  'only one of two processes creates a file with O_EXCL': async ({ at, peer }) => {
    const other = await peer();
    const flags = O_CREAT | O_EXCL | O_WRONLY;
    for (let round = 0; round < 50; round++) {
      const theirs = other.codeOf('open', at(`${round}`), flags);
      let own = 'succeeded';
      try {
        closeSync(openSync(at(`${round}`), flags));
      } catch (error) {
        own = (error as NodeJS.ErrnoException).code ?? '';
      }
      equal([own, await theirs].toSorted().join(), 'EEXIST,succeeded');
    }
  },
  'O_CREAT creates the target of a link': ({ at }) => {
    symlinkSync('target', at('a'));
    closeSync(openSync(at('a'), O_CREAT | O_WRONLY));
    ok(existsSync(at('target')));
  },
  'O_TRUNC empties a file': ({ file }) => {
    const path = file('a', 'much');
    closeSync(openSync(path, O_TRUNC | O_WRONLY));
    equal(statSync(path).size, 0);
  },
  'O_APPEND writes at the end, wherever others have written': ({ file }) => {
    const path = file('a', 'one,');
    const appending = openSync(path, O_APPEND | O_WRONLY);
    const other = openSync(path, 'r+');
    writeSync(appending, 'two,');
    writeSync(other, 'THREE,FOUR,FIVE,', 0);
    writeSync(appending, 'six');
    closeSync(appending);
    closeSync(other);
    equal(readFileSync(path, 'utf8'), 'THREE,FOUR,FIVE,six');
  },
  'two processes that append lose nothing': async ({ at, file, peer }) => {
    file('log', '');
    const other = await peer();
    const theirs = other.call('appendLines', at('log'), 'theirs', 300);
    const fd = openSync(at('log'), O_APPEND | O_WRONLY);
    for (let index = 0; index < 300; index++) writeSync(fd, 'own\n');
    closeSync(fd);
    await theirs;
    const lines = readFileSync(at('log'), 'utf8').split('\n');
    equal(lines.filter((line) => line === 'own').length, 300);
    equal(lines.filter((line) => line === 'theirs').length, 300);
  },
  'O_DIRECTORY refuses a file': ({ file }) => {
    const path = file('a');
    refused('ENOTDIR', () => openSync(path, O_DIRECTORY));
  },
  'O_NOFOLLOW refuses a link': ({ at, file }) => {
    file('a');
    symlinkSync('a', at('link'));
    refused('ELOOP', () => openSync(at('link'), O_NOFOLLOW));
  },
  'a directory can’t be opened for writing': ({ folder }) => {
    refused('EISDIR', () => openSync(folder, O_WRONLY));
    refused('EISDIR', () => openSync(folder, O_RDWR));
  },
  'a directory can’t be created with O_CREAT': ({ folder }) => {
    refused('EISDIR', () => openSync(folder, O_CREAT | O_RDONLY));
  },
  'reading a directory as a file fails': ({ folder }) => {
    const fd = openSync(folder, 'r');
    refused('EISDIR', () => readSync(fd, Buffer.alloc(10)));
    closeSync(fd);
  },
  'a missing parent is ENOENT, a file as parent ENOTDIR': ({ at, file }) => {
    refused('ENOENT', () => openSync(at('none/a'), O_CREAT | O_WRONLY));
    file('a');
    refused('ENOTDIR', () => openSync(at('a/b'), O_CREAT | O_WRONLY));
    refused('ENOTDIR', () => statSync(at('a/b')));
  },
  'a slash after a file’s name is ENOTDIR': ({ file }) => {
    const path = file('a');
    refused('ENOTDIR', () => openSync(`${path}/`, O_RDONLY));
    refused('ENOTDIR', () => statSync(`${path}/`));
  },
  'a slash after a new file’s name is EISDIR': ({ at }) => {
    refused(['EISDIR', 'ENOTDIR'], () => openSync(`${at('a')}/`, O_CREAT | O_WRONLY));
    ok(!existsSync(at('a')));
  },
  'a file open for reading can’t be written, and the reverse': ({ file }) => {
    const path = file('a');
    const reading = openSync(path, 'r');
    const writing = openSync(path, O_WRONLY);
    refused('EBADF', () => writeSync(reading, 'x'));
    refused('EBADF', () => readSync(writing, Buffer.alloc(1)));
    refused('EINVAL', () => ftruncateSync(reading, 0));
    closeSync(reading);
    closeSync(writing);
  },
  'O_SYNC and O_DSYNC write': ({ at }) => {
    for (const flag of [O_SYNC, O_DSYNC]) {
      const fd = openSync(at(`${flag}`), O_CREAT | O_WRONLY | flag);
      writeSync(fd, 'kept');
      closeSync(fd);
      equal(readFileSync(at(`${flag}`), 'utf8'), 'kept');
    }
  },
  'O_TMPFILE has no name until it is linked': ({ folder, at }) => {
    const fd = openSync(folder, O_TMPFILE | O_RDWR, 0o600);
    writeSync(fd, 'hidden');
    equal(fstatSync(fd).nlink, 0);
    linkWith(`/proc/self/fd/${fd}`, at('a'), AT_SYMLINK_FOLLOW);
    closeSync(fd);
    equal(readFileSync(at('a'), 'utf8'), 'hidden');
  },
  'O_PATH reads attributes only': ({ file }) => {
    const path = file('a', 'four');
    const fd = openSync(path, O_PATH);
    equal(fstatSync(fd).size, 4);
    refused('EBADF', () => readSync(fd, Buffer.alloc(1)));
    closeSync(fd);
  },
  'a fifo without a reader is ENXIO': ({ at }) => {
    execFileSync('mkfifo', [at('fifo')]);
    refused('ENXIO', () => openSync(at('fifo'), O_WRONLY | O_NONBLOCK));
  },
  'a program can be run': ({ at, file }) => {
    file('program', '#!/bin/sh\necho ran "$1"\n', 0o755);
    equal(execFileSync(at('program'), ['well'], { encoding: 'utf8' }), 'ran well\n');
  },
  'a program that runs can’t be written': async ({ at, file }) => {
    file(
      'program',
      readFileSync(execFileSync('sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).trim()),
      0o755,
    );
    const child = spawn(at('program'), ['30'], { stdio: 'ignore', argv0: 'sleep' });
    try {
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', reject);
      });
      refused('ETXTBSY', () => openSync(at('program'), O_WRONLY));
    } finally {
      child.kill('SIGKILL');
    }
  },
  'a file without execute permission can’t be run': ({ at, file }) => {
    file('program', '#!/bin/sh\n', 0o644);
    refused('EACCES', () => execFileSync(at('program')));
    refused('EACCES', () => accessSync(at('program'), constants.X_OK));
  },
  'the same file, open twice, has a position each': ({ file }) => {
    const path = file('a', 'abcdef');
    const [first, second] = [openSync(path, 'r'), openSync(path, 'r')];
    const bytes = Buffer.alloc(2);
    readSync(first, bytes);
    readSync(second, bytes);
    equal(bytes.toString(), 'ab');
    readSync(first, bytes);
    equal(bytes.toString(), 'cd');
    closeSync(first);
    closeSync(second);
  },
  'a file closed by one process is complete for another': async ({ at, peer }) => {
    const other = await peer();
    for (let round = 0; round < 20; round++) {
      const text = `${round}`.repeat(1 + round * 500);
      writeFileSync(at('a'), text);
      equal(await other.call('readFile', at('a')), text);
      await other.call('writeFile', at('a'), `${text}!`);
      equal(readFileSync(at('a'), 'utf8'), `${text}!`);
    }
  },
  'folders can be created below one another': ({ at }) => {
    mkdirSync(at('a/b/c/d/e/f/g/h'), { recursive: true });
    writeFileSync(at('a/b/c/d/e/f/g/h/file'), 'deep');
    equal(readFileSync(at('a/b/c/d/e/f/g/h/file'), 'utf8'), 'deep');
  },
};

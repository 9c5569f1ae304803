import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Change } from './change.ts';

const write = (host: string, name: string, text = 'content') =>
  writeFileSync(join(host, name), text);
const move = (host: string, from: string, to: string) =>
  renameSync(join(host, from), join(host, to));
const makeDirectory = (host: string, name: string) =>
  mkdirSync(join(host, name), { recursive: true });

/** What watchdog reports besides: changes of the directories around, and closed files. */
const around = (...directories: readonly string[]) =>
  directories.map((directory) => `modified ${directory || '.'}?`);

/** A directory beside the watched one, on the same file system. */
const outside = (host: string) => mkdtempSync(join(host, '..', '.outside-'));

/** Each kind of change that is made on the host. */
export const changes: Readonly<Record<string, Change>> = {
  'a new file': {
    run: (host) => write(host, 'a'),
    inotify: ['CREATE a', 'MODIFY a?', 'CLOSE_WRITE a'],
    chokidar: ['add a', 'change a?'],
    watchdog: ['created a', 'modified a?', 'closed a', ...around('')],
  },
  'a new empty file': {
    run: (host) => closeSync(openSync(join(host, 'a'), 'wx')),
    inotify: ['CREATE a', 'CLOSE_WRITE a'],
    chokidar: ['add a'],
    watchdog: ['created a', 'closed a', ...around('')],
  },
  'a new file five folders down': {
    prepare: (host) => makeDirectory(host, '1/2/3/4/5'),
    run: (host) => write(host, '1/2/3/4/5/a'),
    inotify: ['CREATE 1/2/3/4/5/a', 'MODIFY 1/2/3/4/5/a?', 'CLOSE_WRITE 1/2/3/4/5/a'],
    chokidar: ['add 1/2/3/4/5/a', 'change 1/2/3/4/5/a?'],
    watchdog: [
      ...['created 1/2/3/4/5/a', 'modified 1/2/3/4/5/a?', 'closed 1/2/3/4/5/a'],
      ...around('1/2/3/4/5'),
    ],
  },
  'more text in a file': {
    prepare: (host) => write(host, 'a'),
    run: (host) => appendFileSync(join(host, 'a'), 'more'),
    inotify: ['MODIFY a', 'CLOSE_WRITE a'],
    chokidar: ['change a'],
    watchdog: ['modified a', 'closed a', ...around('')],
  },
  'other text of the same size': {
    prepare: (host) => write(host, 'a', 'one'),
    run: (host) => {
      const fd = openSync(join(host, 'a'), 'r+');
      writeSync(fd, 'two');
      closeSync(fd);
    },
    inotify: ['MODIFY a', 'CLOSE_WRITE a'],
    chokidar: ['change a'],
    watchdog: ['modified a', 'closed a', ...around('')],
  },
  'other text in one step, as most programs write': {
    prepare: (host) => write(host, 'a', 'one'),
    run: (host) => write(host, 'a', 'another text'),
    inotify: ['MODIFY a', 'CLOSE_WRITE a'],
    chokidar: ['change a'],
    watchdog: ['modified a', 'closed a', ...around('')],
  },
  'a file that gets shorter': {
    prepare: (host) => write(host, 'a'),
    run: (host) => truncateSync(join(host, 'a'), 2),
    inotify: ['MODIFY a', 'CLOSE_WRITE a?'],
    chokidar: ['change a'],
    watchdog: ['modified a', 'closed a?', ...around('')],
  },
  'a removed file': {
    prepare: (host) => write(host, 'a'),
    run: (host) => unlinkSync(join(host, 'a')),
    inotify: ['DELETE a'],
    chokidar: ['unlink a'],
    watchdog: ['deleted a', ...around('')],
  },
  'another name': {
    prepare: (host) => write(host, 'a'),
    run: (host) => move(host, 'a', 'b'),
    inotify: ['MOVED_FROM a', 'MOVED_TO b'],
    chokidar: ['unlink a', 'add b'],
    watchdog: ['moved a b', ...around('')],
  },
  'another folder': {
    prepare: (host) => {
      makeDirectory(host, 'from');
      makeDirectory(host, 'to');
      write(host, 'from/a');
    },
    run: (host) => move(host, 'from/a', 'to/a'),
    inotify: ['MOVED_FROM from/a', 'MOVED_TO to/a'],
    chokidar: ['unlink from/a', 'add to/a'],
    watchdog: ['moved from/a to/a', ...around('from', 'to')],
  },
  'a name that replaces another': {
    prepare: (host) => {
      write(host, 'a', 'new');
      write(host, 'b', 'old text');
    },
    run: (host) => move(host, 'a', 'b'),
    inotify: ['MOVED_FROM a', 'MOVED_TO b'],
    chokidar: ['unlink a', 'change b?', 'unlink b?', 'add b?'],
    watchdog: ['moved a b', ...around('')],
  },
  'an editor that replaces the file': {
    prepare: (host) => write(host, 'a', 'old'),
    run: (host) => {
      write(host, '.a.new', 'new text');
      move(host, '.a.new', 'a');
    },
    inotify: [
      ...['CREATE .a.new', 'MODIFY .a.new?', 'CLOSE_WRITE .a.new'],
      ...['MOVED_FROM .a.new', 'MOVED_TO a'],
    ],
    chokidar: ['change a?', 'unlink a?', 'add a?', 'add .a.new?', 'unlink .a.new?'],
    watchdog: [
      ...['created .a.new', 'modified .a.new?', 'closed .a.new', 'moved .a.new a'],
      ...around(''),
    ],
  },
  'an editor that keeps a backup meanwhile': {
    prepare: (host) => write(host, 'a', 'old'),
    run: (host) => {
      move(host, 'a', 'a~');
      write(host, 'a', 'new text');
      unlinkSync(join(host, 'a~'));
    },
    inotify: [
      ...['MOVED_FROM a', 'MOVED_TO a~', 'CREATE a', 'MODIFY a?', 'CLOSE_WRITE a', 'DELETE a~'],
    ],
    chokidar: ['change a?', 'unlink a?', 'add a?', 'add a~?', 'unlink a~?'],
    watchdog: [
      ...['moved a a~', 'created a', 'modified a?', 'closed a', 'deleted a~', ...around('')],
    ],
  },
  'a new folder': {
    run: (host) => makeDirectory(host, 'd'),
    inotify: ['CREATE,ISDIR d'],
    chokidar: ['addDir d'],
    watchdog: ['created d', ...around('')],
  },
  'a file in a folder that is new': {
    // Watchers need a moment for their watch of the new folder, and get it after `prepare`.
    prepare: (host) => makeDirectory(host, 'd'),
    run: (host) => write(host, 'd/a'),
    inotify: ['CREATE d/a', 'MODIFY d/a?', 'CLOSE_WRITE d/a'],
    chokidar: ['add d/a', 'change d/a?'],
    watchdog: ['created d/a', 'modified d/a?', 'closed d/a', ...around('d')],
  },
  'a removed folder': {
    prepare: (host) => makeDirectory(host, 'd'),
    run: (host) => rmdirSync(join(host, 'd')),
    inotify: ['DELETE,ISDIR d'],
    chokidar: ['unlinkDir d'],
    watchdog: ['deleted d', 'deleted d?', ...around('')],
  },
  'a removed tree': {
    prepare: (host) => {
      makeDirectory(host, 'd/e');
      write(host, 'd/e/a');
    },
    run: (host) => rmSync(join(host, 'd'), { recursive: true }),
    inotify: ['DELETE d/e/a', 'DELETE,ISDIR d/e', 'DELETE,ISDIR d'],
    chokidar: ['unlink d/e/a', 'unlinkDir d/e', 'unlinkDir d'],
    watchdog: ['deleted d/e/a', 'deleted d/e', 'deleted d', ...around('', 'd', 'd/e')],
  },
  'a folder with another name': {
    prepare: (host) => {
      makeDirectory(host, 'd');
      write(host, 'd/a');
    },
    run: (host) => move(host, 'd', 'e'),
    inotify: ['MOVED_FROM,ISDIR d', 'MOVED_TO,ISDIR e'],
    chokidar: ['unlink d/a', 'unlinkDir d', 'addDir e', 'add e/a'],
    watchdog: ['moved d e', 'moved d/a e/a', ...around('')],
  },
  'a file in a folder with another name': {
    prepare: [(host) => makeDirectory(host, 'd/deep'), (host) => move(host, 'd', 'e')],
    run: (host) => write(host, 'e/deep/a'),
    inotify: ['CREATE e/deep/a', 'MODIFY e/deep/a?', 'CLOSE_WRITE e/deep/a'],
    chokidar: ['add e/deep/a', 'change e/deep/a?'],
    watchdog: ['created e/deep/a', 'modified e/deep/a?', 'closed e/deep/a', ...around('e/deep')],
  },
  'another mode': {
    prepare: (host) => write(host, 'a'),
    run: (host) => chmodSync(join(host, 'a'), 0o600),
    inotify: ['ATTRIB a'],
    chokidar: ['change a?'],
    watchdog: ['modified a'],
  },
  'another time': {
    prepare: (host) => write(host, 'a'),
    run: (host) => utimesSync(join(host, 'a'), 1_600_000_000, 1_600_000_000.5),
    inotify: ['ATTRIB a'],
    chokidar: ['change a'],
    watchdog: ['modified a'],
  },
  'a new symbolic link': {
    prepare: (host) => write(host, 'a'),
    run: (host) => symlinkSync('a', join(host, 'link')),
    inotify: ['CREATE link'],
    chokidar: ['add link'],
    watchdog: ['created link', ...around('')],
  },
  'a new hard link': {
    prepare: (host) => write(host, 'a'),
    run: (host) => linkSync(join(host, 'a'), join(host, 'b')),
    inotify: ['CREATE b', 'ATTRIB a?'],
    chokidar: ['add b', 'change a?'],
    watchdog: ['created b', 'modified a?', ...around('')],
  },
  'a file from elsewhere': {
    run: (host) => {
      const elsewhere = outside(host);
      write(elsewhere, 'a');
      renameSync(join(elsewhere, 'a'), join(host, 'a'));
      rmSync(elsewhere, { recursive: true });
    },
    // A host's watcher may report a file that comes from elsewhere as new.
    inotify: ['MOVED_TO a'],
    chokidar: ['add a'],
    watchdog: ['created a', 'modified a?', 'closed a?', ...around('')],
  },
  'a file that goes elsewhere': {
    prepare: (host) => write(host, 'a'),
    run: (host) => {
      const elsewhere = outside(host);
      renameSync(join(host, 'a'), join(elsewhere, 'a'));
      rmSync(elsewhere, { recursive: true });
    },
    inotify: ['MOVED_FROM a'],
    chokidar: ['unlink a'],
    watchdog: ['deleted a', ...around('')],
  },
  '50 new files': {
    run: (host) => {
      for (let index = 0; index < 50; index++) write(host, `file-${index}`);
    },
    inotify: Array.from({ length: 50 }, (_, index) => [
      ...[`CREATE file-${index}`, `MODIFY file-${index}?`, `CLOSE_WRITE file-${index}`],
    ]).flat(),
    chokidar: Array.from({ length: 50 }, (_, index) => [
      ...[`add file-${index}`, `change file-${index}?`],
    ]).flat(),
    watchdog: Array.from({ length: 50 }, (_, index) => [
      ...[
        `created file-${index}`,
        `modified file-${index}?`,
        `closed file-${index}`,
        'modified .?',
      ],
    ]).flat(),
  },
  'names with spaces and Unicode': {
    run: (host) => write(host, 'größe 日本 x'),
    inotify: ['CREATE größe 日本 x', 'MODIFY größe 日本 x?', 'CLOSE_WRITE größe 日本 x'],
    chokidar: ['add größe 日本 x', 'change größe 日本 x?'],
    watchdog: [
      'created größe 日本 x',
      'modified größe 日本 x?',
      'closed größe 日本 x',
      ...around(''),
    ],
  },
};

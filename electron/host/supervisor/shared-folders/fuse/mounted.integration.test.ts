import { spawn } from 'node:child_process';
import {
  appendFile,
  chmod,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { opcodes } from '../../../../../guest-agent/contract/fuse/opcodes.ts';
import { InotifyWatch } from '../../../../../guest-agent/runtime/testing/inotify.ts';
import { canMount, MountedFolder } from './testing/mounted-folder.ts';

/* A folder of this host, mounted on this host as the guest mounts it. */

describe.skipIf(!canMount)('a mounted folder', () => {
  let share: MountedFolder;
  /** The paths of a file in the mount and in the folder itself. */
  const paths = (name: string) => [join(share.mounted, name), join(share.folder, name)] as const;
  beforeAll(async () => {
    share = await MountedFolder.mount({ withheld: ['keys'] });
  });
  afterAll(() => share[Symbol.asyncDispose]());

  test('has the folder’s files, and what programs write in it', async () => {
    const [guest, host] = paths('content');
    await writeFile(host, 'from the host');
    expect(await readFile(guest, 'utf8')).toBe('from the host');
    const large = Buffer.alloc(5 << 20, 'large ');
    await writeFile(guest, large);
    expect((await readFile(host)).equals(large)).toBe(true);
    expect((await readFile(guest)).equals(large)).toBe(true);
    await truncate(guest, 3);
    await appendFile(guest, '!');
    expect(await readFile(host, 'utf8')).toBe('lar!');
  });

  test('keeps modes, times and sizes', async () => {
    const [guest, host] = paths('metadata');
    await writeFile(guest, 'x', { mode: 0o640 });
    await chmod(guest, 0o4751);
    await utimes(guest, 1_000_000_000.25, 1_200_000_000.5);
    const fields = ({
      mode,
      size,
      mtimeMs,
      atimeMs,
      ino,
      nlink,
    }: Awaited<ReturnType<typeof stat>>) => ({
      ...{ mode, size, mtimeMs, atimeMs, ino, nlink },
    });
    expect(fields(await stat(guest))).toEqual(fields(await stat(host)));
    expect((await stat(host)).mode & 0o7777).toBe(0o4751);
    expect((await stat(host)).mtimeMs).toBe(1_200_000_000_500);
  });

  test('has links and folders', async () => {
    await mkdir(paths('tree')[0]);
    const [guest, host] = paths('tree/file');
    await writeFile(guest, 'content');
    await symlink('file', paths('tree/link')[0]);
    await link(guest, paths('tree/second')[0]);
    expect(await readlink(paths('tree/link')[1])).toBe('file');
    expect(await readFile(paths('tree/link')[0], 'utf8')).toBe('content');
    expect((await stat(guest)).ino).toBe((await stat(paths('tree/second')[0])).ino);
    expect((await stat(host)).nlink).toBe(2);
    await rename(paths('tree/second')[0], paths('tree/third')[0]);
    await unlink(paths('tree/third')[0]);
    expect((await stat(guest)).nlink).toBe(1);
    await link(guest, paths('tree/second')[0]);
    expect((await readdir(paths('tree')[0])).sort()).toEqual(['file', 'link', 'second']);
    await expect(rmdir(paths('tree')[0])).rejects.toMatchObject({ code: 'ENOTEMPTY' });
    await rename(paths('tree')[0], paths('moved')[0]);
    expect(await readFile(paths('moved/second')[0], 'utf8')).toBe('content');
    await rm(paths('moved')[0], { recursive: true });
    await expect(stat(paths('moved')[1])).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('lists many names', async () => {
    await mkdir(paths('many')[1]);
    const names = Array.from({ length: 3000 }, (_, index) => `${index}-${'x'.repeat(100)}`);
    for (const name of names) await writeFile(paths(`many/${name}`)[1], '');
    expect((await readdir(paths('many')[0])).sort()).toEqual(names.sort());
    await rm(paths('many')[0], { recursive: true });
    expect(await readdir(share.folder)).not.toContain('many');
  });

  test('a removed or replaced file stays with programs that have opened it', async () => {
    const [guest] = paths('open');
    await writeFile(guest, 'first');
    const file = await open(guest, 'r+');
    await unlink(guest);
    await writeFile(guest, 'second');
    expect((await file.read(Buffer.alloc(9), 0, 9, 0)).buffer.toString()).toContain('first');
    await file.write('F', 0);
    expect((await file.stat()).size).toBe(5);
    expect((await file.read(Buffer.alloc(9), 0, 9, 0)).buffer.toString()).toContain('First');
    await file.close();
    expect(await readFile(guest, 'utf8')).toBe('second');
  });

  test('has errors like a disk’s', async () => {
    await mkdir(paths('errors')[0]);
    await writeFile(paths('errors/file')[0], '');
    const [file] = paths('errors/file');
    const name = 'n'.repeat(256);
    await expect(open(file, 'wx')).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(readdir(file)).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(unlink(paths('errors')[0])).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(writeFile(paths(`errors/${name}`)[0], '')).rejects.toMatchObject({
      code: 'ENAMETOOLONG',
    });
    await expect(stat(paths('errors/none')[0])).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('hides what is withheld', async () => {
    await mkdir(paths('keys')[1]);
    await writeFile(paths('keys/id')[1], 'secret');
    expect(await readdir(share.mounted)).not.toContain('keys');
    await expect(readFile(paths('keys/id')[0])).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(mkdir(paths('keys')[0])).rejects.toMatchObject({ code: 'EACCES' });
    await expect(writeFile(paths('KEYS')[0], '')).rejects.toMatchObject({ code: 'EACCES' });
  });

  test('other users need the permission of the mode', async () => {
    const [guest] = paths('private');
    await writeFile(guest, 'x', { mode: 0o600 });
    await writeFile(paths('public')[0], 'x', { mode: 0o644 });
    // The folders above the mount are private.
    const script = `cd ${share.mounted} && exec setpriv --reuid 12345 --regid 12345 --clear-groups sh -c 'cat public; cat private'`;
    const shell = spawn('sh', ['-c', script], { stdio: 'pipe' });
    const [output, errors] = await Promise.all([text(shell.stdout), text(shell.stderr)]);
    expect(output).toBe('x');
    expect(errors).toContain('Permission denied');
  });

  test('asks nothing about what hasn’t changed, and little for a new file', async () => {
    await mkdir(paths('quick')[0]);
    for (let index = 0; index < 50; index++) await writeFile(paths(`quick/${index}`)[0], 'x');
    const look = async () => {
      for (const name of await readdir(paths('quick')[0])) {
        await stat(paths(`quick/${name}`)[0]);
        await stat(paths(`quick/${name}-none`)[0]).catch(() => {});
      }
    };
    await look();
    share.takeCounts();
    await look();
    expect(share.takeCounts()).toEqual({});
    for (let index = 0; index < 50; index++) await writeFile(paths(`quick/new${index}`)[0], 'x');
    expect(share.takeCounts()).toEqual({ [opcodes.create]: 50, [opcodes.write]: 50 });
    for (let index = 0; index < 50; index++) await unlink(paths(`quick/new${index}`)[0]);
    const { [opcodes.forget]: _, ...asked } = share.takeCounts();
    expect(asked).toEqual({ [opcodes.unlink]: 50 });
  });

  describe('shows what the host changes:', () => {
    const isSoon = (look: () => Promise<unknown>, expected: unknown) =>
      vi.waitFor(async () => expect(await look()).toEqual(expected), {
        timeout: 5_000,
        interval: 5,
      });

    test('content, also of the same size', async () => {
      const [guest, host] = paths('edited');
      await writeFile(host, 'old');
      await isSoon(() => readFile(guest, 'utf8'), 'old');
      await writeFile(host, 'new');
      await isSoon(() => readFile(guest, 'utf8'), 'new');
    });

    test('new, removed and renamed files', async () => {
      const names = async () => (await readdir(paths('names')[0])).sort();
      await mkdir(paths('names')[1]);
      await writeFile(paths('names/a')[1], '');
      await isSoon(names, ['a']);
      await expect(stat(paths('names/b')[0])).rejects.toThrow('ENOENT');
      await writeFile(paths('names/b')[1], 'b');
      await isSoon(names, ['a', 'b']);
      await isSoon(() => readFile(paths('names/b')[0], 'utf8'), 'b');
      await unlink(paths('names/a')[1]);
      await isSoon(names, ['b']);
      await rename(paths('names/b')[1], paths('names/c')[1]);
      await isSoon(names, ['c']);
      await isSoon(() => readFile(paths('names/c')[0], 'utf8'), 'b');
    });

    test('a file that is gone right after it was seen', async () => {
      for (let index = 0; index < 20; index++) {
        const [guest, host] = paths(`short${index}`);
        await writeFile(host, '');
        await vi.waitFor(() => stat(guest), { interval: 1 });
        await unlink(host);
        await isSoon(() => stat(guest).catch(({ code }) => code), 'ENOENT');
      }
    });

    test('a file that an editor replaces', async () => {
      const [guest, host] = paths('saved');
      await writeFile(host, 'one');
      await isSoon(() => readFile(guest, 'utf8'), 'one');
      await writeFile(`${host}.tmp`, 'two');
      await rename(`${host}.tmp`, host);
      await isSoon(() => readFile(guest, 'utf8'), 'two');
    });

    test('metadata', async () => {
      const [guest, host] = paths('modes');
      await writeFile(host, '');
      await isSoon(async () => (await stat(guest)).size, 0);
      await chmod(host, 0o600);
      await isSoon(async () => (await stat(guest)).mode & 0o777, 0o600);
    });
  });

  describe('tells programs what the host changes:', () => {
    let count = 0;
    /** A new folder with a watch on it. */
    async function watched(prepare: (folder: string) => Promise<void>) {
      count += 1;
      const [guest, host] = paths(`watched${count}`);
      await mkdir(host);
      await prepare(host);
      await vi.waitFor(async () => expect(await readdir(guest)).toEqual(await readdir(host)));
      // The events of these files come before the watch.
      await sleep(100);
      const watch = await InotifyWatch.open(guest);
      onTestFinished(() => watch.close());
      return { guest, host, watch };
    }
    /** Also waits for events that shouldn't come. */
    async function expectEvents(watch: InotifyWatch, events: readonly string[]) {
      await vi.waitFor(
        () => expect(watch.events.length).toBeGreaterThanOrEqual(events.length),
        2000,
      );
      await sleep(50);
      expect(watch.events).toEqual(events);
    }

    test.each<[string, (folder: string) => Promise<void>, string[]]>([
      [
        'a new file',
        (folder) => writeFile(join(folder, 'new'), 'x'),
        ['CREATE new', 'CLOSE_WRITE new'],
      ],
      ['an edit', (folder) => appendFile(join(folder, 'a'), 'x'), ['MODIFY a', 'CLOSE_WRITE a']],
      ['a removed file', (folder) => unlink(join(folder, 'a')), ['DELETE a']],
      ['a new mode', (folder) => chmod(join(folder, 'a'), 0o600), ['ATTRIB a']],
      ['a new folder', (folder) => mkdir(join(folder, 'new')), ['CREATE,ISDIR new']],
      ['a removed folder', (folder) => rmdir(join(folder, 'd')), ['DELETE,ISDIR d']],
      ['a new link', (folder) => symlink('a', join(folder, 'l')), ['CREATE l']],
      [
        'a rename',
        (folder) => rename(join(folder, 'a'), join(folder, 'c')),
        ['MOVED_FROM a', 'MOVED_TO c'],
      ],
      [
        'a rename onto another file',
        (folder) => rename(join(folder, 'a'), join(folder, 'b')),
        ['MOVED_FROM a', 'MOVED_TO b'],
      ],
      [
        'a renamed folder',
        (folder) => rename(join(folder, 'd'), join(folder, 'e')),
        ['MOVED_FROM,ISDIR d', 'MOVED_TO,ISDIR e'],
      ],
      [
        'a file saved by an editor',
        async (folder) => {
          await writeFile(join(folder, '.tmp'), 'new');
          await rename(join(folder, '.tmp'), join(folder, 'a'));
        },
        ['CREATE .tmp', 'CLOSE_WRITE .tmp', 'MOVED_FROM .tmp', 'MOVED_TO a'],
      ],
    ])('%s', async (_, change, events) => {
      const { guest, host, watch } = await watched(async (folder) => {
        await writeFile(join(folder, 'a'), 'a');
        await writeFile(join(folder, 'b'), 'b');
        await mkdir(join(folder, 'd'));
      });
      await change(host);
      const state = await describeFolder(host);
      await expectEvents(watch, events);
      const { cookies } = watch;
      expect(new Set(cookies).size).toBe(cookies.length / 2);
      expect(await describeFolder(host)).toEqual(state);
      expect(await describeFolder(guest)).toEqual(state);
    });

    test('nothing about changes of the programs themselves beyond their own events', async () => {
      const { guest, watch } = await watched(async () => {});
      await writeFile(join(guest, 'own'), 'x');
      await rename(join(guest, 'own'), join(guest, 'moved'));
      await unlink(join(guest, 'moved'));
      await expectEvents(watch, [
        ...['CREATE own', 'MODIFY own', 'CLOSE_WRITE own'],
        ...['MOVED_FROM own', 'MOVED_TO moved', 'DELETE moved'],
      ]);
    });
  });

  describe('when the connection breaks,', () => {
    test('operations wait, and none is lost or done twice', async () => {
      await mkdir(paths('broken')[0]);
      let isOver = false;
      const breaking = (async () => {
        while (!isOver) {
          await sleep(15);
          share.disconnect();
          await sleep(5);
          await share.connect();
        }
      })();
      for (let index = 0; index < 200; index++) {
        const [guest] = paths(`broken/${index}`);
        const file = await open(guest, 'wx');
        await file.write(`content ${index}`);
        await file.close();
        await rename(guest, `${guest}.renamed`);
        if (index % 2) await unlink(`${guest}.renamed`);
        else await mkdir(`${guest}.d`);
      }
      isOver = true;
      await breaking;
      expect((await readdir(paths('broken')[1])).length).toBe(200);
      for (let index = 0; index < 200; index += 2) {
        expect(await readFile(paths(`broken/${index}.renamed`)[1], 'utf8')).toBe(
          `content ${index}`,
        );
      }
    });

    test('changes of the host meanwhile are seen afterwards', async () => {
      const [guest, host] = paths('meanwhile');
      await writeFile(host, 'before');
      expect(await readFile(guest, 'utf8')).toBe('before');
      await expect(stat(`${guest}2`)).rejects.toThrow('ENOENT');
      share.disconnect();
      await writeFile(host, 'after!');
      await writeFile(`${host}2`, '');
      await share.connect();
      await vi.waitFor(async () => expect(await readFile(guest, 'utf8')).toBe('after!'));
      await vi.waitFor(() => stat(`${guest}2`));
    });

    test('a new server continues where the last one ended', async () => {
      const [guest] = paths('restarted');
      await writeFile(guest, 'content');
      const file = await open(guest, 'r+');
      await share.restartServer();
      await file.write('C', 0);
      await file.close();
      expect(await readFile(paths('restarted')[1], 'utf8')).toBe('Content');
      await expect(open(guest, 'wx')).rejects.toMatchObject({ code: 'EEXIST' });
    });
  });
});

/** Names, with what a change must leave as it is. */
async function describeFolder(folder: string) {
  const names = (await readdir(folder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const { mode, size, mtimeNs, ino } = await lstat(join(folder, name), { bigint: true });
      return { name, mode, size: (mode & 0o170000n) === 0o40000n ? 0n : size, mtimeNs, ino };
    }),
  );
}

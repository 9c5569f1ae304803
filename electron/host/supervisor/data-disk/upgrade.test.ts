import { existsSync } from 'node:fs';
import { readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { dataDiskConfig, readDataDiskRecord } from '../../home/data-disk-record.ts';
import { copyDisk } from './copy-disk.ts';
import { type DataDiskGuard, guardDataDisk } from './upgrade.ts';

let paths: { dataDisk: string; dataDiskRecord: string; dataDiskBackup: string };
beforeEach(async () => {
  const directory = await temporaryDirectory();
  paths = {
    dataDisk: join(directory, 'data.img'),
    dataDiskRecord: join(directory, 'data.json'),
    dataDiskBackup: join(directory, 'data.backup.img'),
  };
});

/** The guard of one boot with an image that makes this format of the disk. */
const guard = (dataFormat: number) =>
  guardDataDisk(paths, async () => ({ dataFormat, id: `image-${dataFormat}` }));
const signal = new AbortController().signal;
const disk = () => readFile(paths.dataDisk, 'utf8');
const backup = () => readFile(paths.dataDiskBackup, 'utf8');
const record = () => readDataDiskRecord(paths);

async function launch(each: DataDiskGuard): Promise<DataDiskGuard> {
  await each.prepare();
  await each.backUp(signal);
  return each;
}

/** A whole start with an image; its engine writes to the disk. */
async function start(dataFormat: number, writes: string): Promise<void> {
  const each = await launch(guard(dataFormat));
  await writeFile(paths.dataDisk, writes);
  await each.settle();
}

test('a new disk has the format of the image that makes it, and needs no copy', async () => {
  await start(2, 'new');
  expect(await record()).toEqual({ format: 2, image: 'image-2' });
  expect(existsSync(paths.dataDiskBackup)).toBe(false);
});

test('a disk of the time before records has format 1', async () => {
  await writeFile(paths.dataDisk, 'old');
  await start(2, 'changed');
  expect(await record()).toEqual({
    ...{ format: 2, image: 'image-2' },
    backup: { format: 1, madeAt: expect.any(String) },
  });
  expect([await disk(), await backup()]).toEqual(['changed', 'old']);
});

test('an image of the same format changes nothing but what is known of it', async () => {
  await start(1, 'one');
  await start(1, 'two');
  expect(await record()).toEqual({ format: 1, image: 'image-1' });
  await start(2, 'three');
  expect(await record()).toMatchObject({ image: 'image-2', previousImage: 'image-1' });
});

test('one copy is kept: that from before the last change', async () => {
  await start(1, 'one');
  await start(2, 'two');
  await start(3, 'three');
  expect(await backup()).toBe('two');
  expect(await record()).toMatchObject({ format: 3, backup: { format: 2 } });
});

test('a disk of a newer format is refused, untouched, with the way back', async () => {
  await start(1, 'one');
  await start(2, 'two');
  const before = await readFile(paths.dataDiskRecord, 'utf8');
  await expect(guard(1).prepare()).rejects.toMatchObject({
    code: 'machine-failed',
    message: expect.stringContaining('from a newer version of Berth'),
    hint: expect.stringContaining(paths.dataDiskBackup),
  });
  expect([await disk(), await backup()]).toEqual(['two', 'one']);
  expect(await readFile(paths.dataDiskRecord, 'utf8')).toBe(before);
  await rm(paths.dataDiskBackup);
  await expect(guard(1).prepare()).rejects.toMatchObject({
    hint: 'Install the newer version of Berth.',
  });
});

test('an older image takes a new disk that no engine has used', async () => {
  await launch(guard(2));
  await writeFile(paths.dataDisk, 'half formatted');
  await start(1, 'one');
  expect(await record()).toEqual({ format: 1, image: 'image-1' });
  expect(existsSync(paths.dataDiskBackup)).toBe(false);
});

test('an engine that does not come up has its changes undone, and the next may try again', async () => {
  await start(1, 'one');
  const failing = await launch(guard(2));
  expect(failing.upgrading).toBe(true);
  await writeFile(paths.dataDisk, 'half');
  expect(await failing.rollBack()).toBe(true);
  expect([await disk(), failing.upgrading]).toEqual(['one', false]);
  expect(await record()).toEqual({ format: 1, image: 'image-1' });
  // The app of before, and the new one once it is mended.
  await start(1, 'one again');
  await start(2, 'two');
  expect([await disk(), await backup()]).toEqual(['two', 'one again']);
});

test('a start that changes no format rolls nothing back', async () => {
  await start(1, 'one');
  await start(2, 'two');
  const failing = await launch(guard(2));
  expect(await failing.rollBack()).toBe(false);
  expect(await disk()).toBe('two');
  // As does a take-over, which prepares nothing.
  expect(await guard(3).rollBack()).toBe(false);
});

/** What a power cut leaves at each moment of an upgrade from format 1. */
const moments: Record<string, () => Promise<void>> = {
  'while the copy is made': () => writeFile(`${paths.dataDiskBackup}.tmp`, 'o'),
  'after the copy, before the record': () => writeFile(paths.dataDiskBackup, 'one'),
  'after the record, before the boot': async () => void (await launch(guard(2))),
  'while the engine changes the disk': async () => {
    await launch(guard(2));
    await writeFile(paths.dataDisk, 'half');
  },
  'after the copy was put back, before the record': async () => {
    await launch(guard(2));
    await writeFile(paths.dataDisk, 'half');
    await rename(paths.dataDiskBackup, paths.dataDisk);
  },
};

test.each(Object.keys(moments))('a power cut %s: the new image continues', async (moment) => {
  await start(1, 'one');
  await moments[moment]?.();
  const next = await launch(guard(2));
  expect(next.upgrading).toBe(true);
  // Whatever became of the disk, the copy is from before.
  expect(await backup()).toBe('one');
  await writeFile(paths.dataDisk, 'two');
  await next.settle();
  expect(await record()).toMatchObject({ format: 2, backup: { format: 1 } });
  expect((await record()).upgrade).toBeUndefined();
});

test.each(Object.keys(moments))('a power cut %s: the image of before goes back', async (moment) => {
  await start(1, 'one');
  await moments[moment]?.();
  await launch(guard(1));
  expect(await disk()).toBe('one');
  expect(await record()).toMatchObject({ format: 1 });
  expect((await record()).upgrade).toBeUndefined();
});

test('an older image does not continue an upgrade that a newer image took over', async () => {
  await start(1, 'one');
  await launch(guard(2));
  await launch(guard(3));
  await writeFile(paths.dataDisk, 'three');
  await launch(guard(2));
  // From the copy again.
  expect([await disk(), await backup()]).toEqual(['one', 'one']);
});

test('a record that cannot be read stops the start, and nothing is guessed', async () => {
  await start(1, 'one');
  await writeFile(paths.dataDiskRecord, '{"format": "old"}');
  await expect(guard(2).prepare()).rejects.toThrow("Can't read");
  expect(await disk()).toBe('one');
});

test('a copy has the same content, and takes no more room', async () => {
  const size = 64 * 1024 * 1024;
  await writeFile(paths.dataDisk, Buffer.alloc(200_000, 'x'));
  await truncate(paths.dataDisk, size);
  await writeFile(paths.dataDiskBackup, 'earlier');
  await copyDisk(paths.dataDisk, paths.dataDiskBackup, signal);
  expect((await readFile(paths.dataDiskBackup)).equals(await readFile(paths.dataDisk))).toBe(true);
  const { size: copied, blocks } = await stat(paths.dataDiskBackup);
  expect(copied).toBe(size);
  expect(blocks * 512).toBeLessThan(1024 * 1024);
});

test('a copy that is called off leaves the earlier one', async () => {
  await writeFile(paths.dataDisk, 'new');
  await writeFile(paths.dataDiskBackup, 'earlier');
  await expect(
    copyDisk(paths.dataDisk, paths.dataDiskBackup, AbortSignal.abort(new Error('no'))),
  ).rejects.toThrow('no');
  expect(await backup()).toBe('earlier');
  expect(existsSync(`${paths.dataDiskBackup}.tmp`)).toBe(false);
});

test('a new disk may be formatted until its engine has answered once', async () => {
  await guard(1).prepare();
  await writeFile(paths.dataDisk, 'half formatted');
  expect(await dataDiskConfig(paths)).toEqual({ blank: true, format: 1 });
  await start(1, 'data');
  expect(await dataDiskConfig(paths)).toEqual({ blank: false, format: 1 });
});

test('a disk of an older Berth may be formatted only if nothing was ever written to it', async () => {
  await writeFile(paths.dataDiskRecord, '{"format":1}');
  await writeFile(paths.dataDisk, '');
  await truncate(paths.dataDisk, 1024 ** 2);
  expect(await dataDiskConfig(paths)).toMatchObject({ blank: true });
  await writeFile(paths.dataDisk, Buffer.alloc(1024 ** 2));
  expect(await dataDiskConfig(paths)).toMatchObject({ blank: false });
});

test('a disk that an engine has used is never formatted, however empty it looks', async () => {
  await start(1, 'data');
  await writeFile(paths.dataDisk, '');
  await truncate(paths.dataDisk, 1024 ** 2);
  expect((await stat(paths.dataDisk)).blocks).toBe(0);
  await guard(1).prepare();
  expect(await dataDiskConfig(paths)).toEqual({ blank: false, format: 1 });
});

test('the VM gets no format while an upgrade is in progress', async () => {
  await start(1, 'old');
  await launch(guard(2));
  expect(await dataDiskConfig(paths)).toEqual({ blank: false });
});

test.each(['', '{"for', '\u0000\u0000'])(
  'a damaged record (%j) costs neither the disk nor its copy',
  async (content) => {
    await start(1, 'old');
    await writeFile(paths.dataDiskRecord, content);
    await start(1, 'data');
    expect(await record()).toEqual({ format: 1, image: 'image-1' });
    expect(await readFile(`${paths.dataDiskRecord}.damaged`, 'utf8')).toBe(content);

    await start(2, 'upgraded');
    await writeFile(paths.dataDiskRecord, content);
    await expect(guard(2).prepare()).rejects.toMatchObject({
      code: 'machine-failed',
      hint: expect.stringContaining(paths.dataDiskBackup),
    });
    await rm(paths.dataDiskRecord);
    await expect(guard(2).prepare()).rejects.toMatchObject({ code: 'machine-failed' });
    expect([await disk(), await backup()]).toEqual(['upgraded', 'data']);
  },
);

test('an empty disk does not take the place of one that has gone', async () => {
  await start(1, 'data');
  await rm(paths.dataDisk);
  await expect(guard(1).prepare()).rejects.toMatchObject({
    message: expect.stringContaining('is missing'),
    hint: expect.stringContaining(paths.dataDiskRecord),
  });
  expect(existsSync(paths.dataDisk)).toBe(false);
  await rm(paths.dataDiskRecord);
  await guard(1).prepare();
});

test('a disk that an engine has used and that has become empty is refused', async () => {
  await start(1, 'data');
  await truncate(paths.dataDisk);
  await expect(guard(1).prepare()).rejects.toMatchObject({
    code: 'machine-failed',
    message: `The data disk is empty: ${paths.dataDisk}`,
    hint: expect.stringContaining(paths.dataDiskRecord),
  });
  expect((await stat(paths.dataDisk)).size).toBe(0);
  await rm(paths.dataDisk);
  await rm(paths.dataDiskRecord);
  await guard(1).prepare();
  // Cut off before the disk had a size: nothing is lost.
  await writeFile(paths.dataDisk, '');
  await guard(1).prepare();
  expect(await dataDiskConfig(paths)).toMatchObject({ blank: true });
});

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { writeVhdx } from './vhdx.ts';

/* QEMU's own reader of the format is the judge. */
const run = promisify(execFile);
const mebibyte = 1024 ** 2;

let directory: string;
let source: string;
let target: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-vhdx-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  source = join(directory, 'disk.raw');
  target = join(directory, 'disk.vhdx');
});

/** A sparse file of this length with random bytes at the given offsets. */
async function rawDisk(length: number, written: readonly number[] = []): Promise<void> {
  const file = await open(source, 'w');
  await file.truncate(length);
  for (const offset of written) await file.write(randomBytes(700), 0, 700, offset);
  await file.close();
}

/** Fails if QEMU finds a fault in the file, or content that differs from the raw disk's. */
async function expectSameDisk(): Promise<void> {
  await run('qemu-img', ['check', '-f', 'vhdx', target]);
  const { stdout } = await run('qemu-img', ['compare', '-f', 'raw', '-F', 'vhdx', source, target]);
  expect(stdout).toContain('Images are identical.');
}

async function virtualSize(): Promise<unknown> {
  const { stdout } = await run('qemu-img', ['info', '--output=json', '-f', 'vhdx', target]);
  return JSON.parse(stdout)['virtual-size'];
}

test('a disk has the same content as a VHDX, and blocks of zeros take no space', async () => {
  await rawDisk(40 * mebibyte, [0, 7 * mebibyte - 300, 40 * mebibyte - 700]);
  await writeVhdx({ source, target });
  await expectSameDisk();
  expect(await virtualSize()).toBe(40 * mebibyte);
  // The header, log, metadata and block table take 4 MiB, and four blocks have content.
  expect((await stat(target)).size).toBe(8 * mebibyte);
  expect(await readdir(directory)).toEqual(['disk.raw', 'disk.vhdx']);
});

test('a short disk is padded with zeros', async () => {
  await rawDisk(64 * 1024, [0]);
  await writeVhdx({ source, target, minimumBytes: 3 * mebibyte });
  await expectSameDisk();
  expect(await virtualSize()).toBe(3 * mebibyte);
});

test('a disk that ends within a sector and a block', async () => {
  await rawDisk(5 * mebibyte + 1000, [5 * mebibyte]);
  await writeVhdx({ source, target });
  await expectSameDisk();
  expect(await virtualSize()).toBe(5 * mebibyte + 4096);
});

test('more blocks than one part of the block table has', async () => {
  // 4096 blocks of 1 MiB are followed by the unused entry of a sector bitmap.
  await rawDisk(4100 * mebibyte, [0, 4096 * mebibyte, 4099 * mebibyte]);
  await writeVhdx({ source, target });
  await expectSameDisk();
});

test('larger blocks', async () => {
  await rawDisk(40 * mebibyte, [0, 33 * mebibyte]);
  await writeVhdx({ source, target, blockSizeBytes: 32 * mebibyte });
  await expectSameDisk();
});

test('QEMU can write to the disk', async () => {
  await rawDisk(8 * mebibyte, [0]);
  await writeVhdx({ source, target });
  const write = async (format: string, path: string) => {
    await run('qemu-io', ['-f', format, '-c', 'write -P 7 3M 100k', path]);
  };
  await write('vhdx', target);
  await write('raw', source);
  await expectSameDisk();
});

test('an existing file is replaced only by a whole one', async () => {
  await writeFile(target, 'old');
  await expect(writeVhdx({ source: join(directory, 'missing'), target })).rejects.toThrow('ENOENT');
  expect(await readdir(directory)).toEqual(['disk.vhdx']);
  await rawDisk(3 * mebibyte, [0]);
  await writeVhdx({ source, target });
  await expectSameDisk();
});

test('sizes that the format does not have are refused', async () => {
  await rawDisk(0);
  await expect(writeVhdx({ source, target })).rejects.toThrow('empty');
  await rawDisk(mebibyte);
  for (const blockSizeBytes of [mebibyte / 2, 3 * mebibyte, 512 * mebibyte]) {
    await expect(writeVhdx({ source, target, blockSizeBytes })).rejects.toThrow('block size');
  }
});

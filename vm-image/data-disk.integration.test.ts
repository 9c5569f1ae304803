import { execFile } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

/*
 * Tests the guest's script for the data disk on a file, without mounting it. The file system's
 * programs come from Debian, as in the guest.
 */
const script = join(import.meta.dirname, 'root/usr/lib/berth/data-disk');
const run = promisify(execFile);
const mebibyte = 1024 ** 2;

let directory: string;
let disk: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-disk-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  disk = join(directory, 'disk');
  await writeFile(disk, '');
  // As large as in a real VM, because ext4's layout depends on the size.
  await truncate(disk, 64 * 1024 * mebibyte);
  await mkdir(join(directory, 'bin'));
  for (const name of ['mount', 'modprobe']) await command(name, 'exit 0');
  await writeFile(
    join(directory, 'say'),
    `say() { echo "$*" >>${directory}/said; }\nfail() { say "$1: $2"; exit 1; }\n`,
  );
  const text = (await readFile(script, 'utf8'))
    .replaceAll('/usr/lib/berth/say', join(directory, 'say'))
    .replaceAll('/proc/mounts', '/dev/null')
    .replaceAll('/dev/berth/data', disk)
    .replaceAll('[ -b ', '[ -e ')
    // It runs in the background, and the disk hasn't grown here.
    .replaceAll('/usr/sbin/resize2fs', 'true')
    .replaceAll('/run/berth', directory);
  await writeFile(join(directory, 'data-disk'), text);
});

async function command(name: string, text: string): Promise<void> {
  const path = join(directory, 'bin', name);
  await writeFile(path, `#!/bin/sh\n${text}\n`);
  await chmod(path, 0o755);
}

/** Boots once, and returns the guest's messages. */
async function boot(blank: boolean): Promise<string> {
  await writeFile(join(directory, 'config.json'), JSON.stringify({ dataDisk: { blank } }));
  await writeFile(join(directory, 'said'), '');
  const env = { ...process.env, PATH: `${join(directory, 'bin')}:${process.env.PATH}` };
  await run('sh', [join(directory, 'data-disk')], { env }).catch(() => {});
  return readFile(join(directory, 'said'), 'utf8');
}

const debugfs = async (...words: string[]) =>
  (await run('/usr/sbin/debugfs', ['-w', '-R', words.join(' '), disk])).stdout;

/** A disk that a VM has used. */
async function usedDisk(): Promise<void> {
  expect(await boot(true)).toContain('data disk: formatting');
  const file = join(directory, 'precious');
  await writeFile(file, 'precious');
  await debugfs('write', file, 'precious');
}

async function overwrite(position: number, bytes: Buffer): Promise<void> {
  const file = await open(disk, 'r+');
  await file.write(bytes, 0, bytes.length, position);
  await file.close();
}

test('a new disk is formatted once, and again if the formatting was interrupted', async () => {
  await overwrite(0, Buffer.alloc(8 * mebibyte, 'half'));
  await usedDisk();
  expect(await boot(true)).not.toContain('formatting');
  expect(await boot(false)).toBe('data disk mounted\n');
  expect(await debugfs('cat', 'precious')).toBe('precious');
});

test.each([
  ['the first MiB of zeroes', 0, Buffer.alloc(mebibyte)],
  ['the superblock of garbage', 1024, Buffer.alloc(1024, 'x')],
])('a disk with %s is repaired, and keeps its files', async (_, position, bytes) => {
  await usedDisk();
  await overwrite(position, bytes);
  const said = await boot(false);
  expect(said).toContain('data disk: repairing');
  expect(said).toContain('data disk mounted');
  expect(said).not.toContain('formatting');
  expect(await debugfs('cat', 'precious')).toBe('precious');
});

test('a disk that is empty and not new stays unchanged', async () => {
  const said = await boot(false);
  expect(said).toContain("data disk refused: its file system can't be repaired");
  expect(said).not.toContain('mounted');
  expect((await stat(disk)).blocks).toBe(0);
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { arches } from '../arch.ts';
import { makeEsp } from './make-esp.ts';

const run = promisify(execFile);

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'berth-esp-'));
  onTestFinished(() => rm(work, { recursive: true }));
  await writeFile(join(work, 'stub'), emptyProgram());
  await writeFile(join(work, 'kernel'), 'the kernel');
  await writeFile(join(work, 'initrd'), Buffer.alloc(3_000_000, 'initrd '));
});

/** A 64-bit PE program with one section at 0x1000, and room for seven more. */
function emptyProgram(): Buffer {
  const program = Buffer.alloc(0x600);
  program.write('MZ', 0);
  program.writeUInt32LE(0x40, 0x3c);
  program.write('PE\0\0', 0x40);
  program.writeUInt16LE(0x8664, 0x44);
  program.writeUInt16LE(1, 0x46);
  program.writeUInt16LE(240, 0x54);
  const optional = 0x58;
  program.writeUInt16LE(0x20b, optional);
  program.writeUInt32LE(0x1000, optional + 32);
  program.writeUInt32LE(0x200, optional + 36);
  program.writeUInt32LE(0x2000, optional + 56);
  program.writeUInt32LE(0x400, optional + 60);
  program.writeUInt32LE(16, optional + 108);
  const section = optional + 240;
  program.write('.text', section);
  program.writeUInt32LE(0x200, section + 8);
  program.writeUInt32LE(0x1000, section + 12);
  program.writeUInt32LE(0x200, section + 16);
  program.writeUInt32LE(0x400, section + 20);
  program.writeUInt32LE(0x60000020, section + 36);
  return program;
}

async function makeDisk(name: string): Promise<string> {
  const output = join(work, name);
  await makeEsp(arches.amd64, { work, stub: join(work, 'stub'), output });
  return output;
}

test('the disk has an EFI partition whose program contains kernel, initrd and options', async () => {
  const disk = await makeDisk('esp.img');
  const { stdout: table } = await run('/usr/sbin/sfdisk', ['--json', disk]);
  expect(JSON.parse(table).partitiontable).toMatchObject({
    label: 'gpt',
    partitions: [{ start: 2048, type: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B' }],
  });
  const program = join(work, 'copy.efi');
  await run('mcopy', ['-i', `${disk}@@1M`, '::EFI/BOOT/BOOTX64.EFI', program]);
  const section = async (name: string) => {
    const part = join(work, 'part');
    await run('objcopy', ['-O', 'binary', `--only-section=${name}`, program, part]);
    return readFile(part);
  };
  expect((await section('.cmdline')).toString()).toContain('console=ttyS0 no_timer_check quiet');
  expect((await section('.linux')).toString()).toContain('the kernel');
  const initrd = await readFile(join(work, 'initrd'));
  expect((await section('.initrd')).subarray(0, initrd.length).equals(initrd)).toBe(true);
  await run('/usr/sbin/fsck.vfat', ['-n', await partition(disk)]);
});

/** The file system alone, in a file. */
async function partition(disk: string): Promise<string> {
  const path = join(work, 'partition');
  const mebibyte = 1024 ** 2;
  await writeFile(path, (await readFile(disk)).subarray(mebibyte, -mebibyte));
  return path;
}

test('the same inputs always give the same bytes', async () => {
  const first = await readFile(await makeDisk('first.img'));
  // FAT's times are in units of two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2100));
  expect((await readFile(await makeDisk('second.img'))).equals(first)).toBe(true);
});

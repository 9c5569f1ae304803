import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

/* Runs the initrd's script on a tree such as the kernel's /sys. */
const run = promisify(execFile);
const script = join(import.meta.dirname, 'disks');

/** Disks by name, each with its SCSI address. Returns what the three links lead to. */
async function link(disks: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'berth-disks-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  await mkdir(join(directory, 'sys/block'), { recursive: true });
  await mkdir(join(directory, 'dev'));
  for (const [name, address] of Object.entries(disks)) {
    await mkdir(join(directory, 'sys/block', name));
    await symlink(`../../../${address}`, join(directory, 'sys/block', name, 'device'));
    await writeFile(join(directory, 'dev', name), '');
  }
  const text = (await readFile(script, 'utf8'))
    .replaceAll('[ -b ', '[ -f ')
    .replaceAll('/sys/block', join(directory, 'sys/block'))
    .replaceAll('/dev/', `${directory}/dev/`);
  const commands = `
    if link_disks scsi ${directory}/dev/berth; then cd ${directory}/dev/berth; for name in root data config; do readlink $name; done
    else echo "$missing is missing"; fi`;
  const { stdout } = await run('busybox', ['sh', '-euc', text + commands]);
  return stdout.trim().replaceAll(directory, '');
}

test('disks are found by their LUN, in whatever order the kernel names them', async () => {
  const disks = { sda: '0:0:0:2', sdb: '0:0:0:0', sdc: '0:0:0:1', sdd: '0:0:0:3' };
  expect(await link(disks)).toBe('/dev/sdb\n/dev/sdc\n/dev/sda');
});

test('the script tells which disk is missing', async () => {
  expect(await link({ sda: '0:0:0:2', sdb: '0:0:0:0' })).toBe('data is missing');
  expect(await link({})).toBe('root is missing');
});

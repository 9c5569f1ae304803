import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../guest-agent/store/testing/temporary-directory.ts';
import { keepEmulators } from './emulators.ts';

test.each([
  [['aarch64'], ['busybox', 'qemu-aarch64']],
  [[], ['busybox']],
])('of the emulators, %j stay', async (kept, left) => {
  await using root = await temporaryDirectory();
  const programs = join(root.path, 'usr/bin');
  await mkdir(programs, { recursive: true });
  for (const name of ['busybox', 'qemu-aarch64', 'qemu-aarch64_be', 'qemu-x86_64']) {
    await writeFile(join(programs, name), '');
  }
  await keepEmulators(root.path, kept);
  expect((await readdir(programs)).sort()).toEqual(left);
});

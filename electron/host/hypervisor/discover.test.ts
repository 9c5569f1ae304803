import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { programFile, writeProgram } from '../base/testing/stand-in-program.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { compareVersions } from '../base/version-order.ts';
import { findQemu } from './discover.ts';
import { programFolders } from './locate-program.ts';
import { parseVersion } from './version.ts';

/** A directory with a program that says it is this QEMU. */
async function withQemu(says: string): Promise<string> {
  const directory = await temporaryDirectory();
  await writeProgram(directory, 'qemu-system-x86_64', { answers: [{ prints: `${says}\n` }] });
  return directory;
}

test('the first QEMU on PATH is taken, with its version', async () => {
  const empty = await temporaryDirectory();
  const first = await withQemu('QEMU emulator version 9.2.1 (v9.2.1)');
  const second = await withQemu('QEMU emulator version 8.0.0');
  expect(await findQemu('amd64', { PATH: [empty, first, second].join(delimiter) })).toEqual({
    program: join(first, programFile('qemu-system-x86_64')),
    version: '9.2.1',
  });
});

test('no QEMU, or one that is too old, is said with a hint', async () => {
  const missing = { code: 'missing-program', hint: expect.any(String) };
  await expect(findQemu('arm64', { PATH: await temporaryDirectory() })).rejects.toMatchObject(
    missing,
  );
  const old = await withQemu('QEMU emulator version 5.2.0');
  await expect(findQemu('amd64', { PATH: old })).rejects.toMatchObject({
    ...missing,
    message: expect.stringContaining('5.2.0'),
  });
});

test('versions are compared by number', () => {
  expect(parseVersion('QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)')).toBe('7.2.22');
  expect(parseVersion('something else')).toBeUndefined();
  expect(compareVersions('10.0', '9.2.4')).toBeGreaterThan(0);
  expect(compareVersions('6.2', '6.2.0')).toBe(0);
});

test.each([
  ['darwin', 'brew install qemu'],
  ['win32', 'QEMU for Windows'],
  ['linux', 'apt install qemu-system'],
] as const)('on %s, the hint says how to install QEMU', async (platform, hint) => {
  const nowhere = { PATH: await temporaryDirectory() };
  await expect(findQemu('arm64', nowhere, platform)).rejects.toMatchObject({
    hint: expect.stringContaining(hint),
  });
});

test.each([
  ['darwin', ['/opt/homebrew/bin', '/usr/local/bin']],
  ['win32', ['C:\\Program Files\\qemu']],
  ['linux', []],
] as const)('on %s, programs are also looked for in %j', (platform, folders) => {
  // Apps that the desktop starts don't have the PATH of the shell.
  expect(programFolders('none', { PATH: '/first' }, platform)).toEqual(['/first', ...folders]);
});

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { tarMember } from '../../store/tar/member.ts';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { replacementCheck } from './replacements.ts';

async function check() {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  await mkdir(join(directory.path, 'usr/bin'), { recursive: true });
  await symlink('usr/bin', join(directory.path, 'bin'));
  await writeFile(join(directory.path, 'usr/file'), '');
  const replaces = replacementCheck(directory.path);
  return (name: string, type: 'file' | 'directory' | 'symlink') =>
    replaces(tarMember({ name, type }));
}

test('a directory doesn’t replace a link or a file, and nothing else replaces a directory', async () => {
  const replaces = await check();
  expect(() => replaces('bin', 'directory')).toThrow('cannot copy to non-directory: /bin');
  expect(() => replaces('usr/file', 'directory')).toThrow(
    'cannot copy to non-directory: /usr/file',
  );
  expect(() => replaces('usr', 'file')).toThrow('cannot replace to directory /usr with file');
  expect(() => replaces('usr/bin', 'symlink')).toThrow('cannot replace to directory /usr/bin');
});

test('files, links and directories replace their like, and new files replace nothing', async () => {
  const replaces = await check();
  for (const [name, type] of [
    ['usr', 'directory'],
    ['usr/file', 'symlink'],
    ['bin', 'file'],
    ['new', 'directory'],
    ['new/usr', 'file'],
  ] as const) {
    expect(() => replaces(name, type)).not.toThrow();
  }
});

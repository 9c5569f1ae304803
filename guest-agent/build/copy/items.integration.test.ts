import { chmod, lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ignorePatterns } from '../ignore.ts';
import { contentHash, sourceItems } from './items.ts';

const plain = { uid: 0, gid: 0, mode: undefined, excluded: () => false };

async function source(name: string) {
  const directory = await temporaryDirectory();
  onTestFinished(() => directory[Symbol.asyncDispose]());
  const at = (path: string) => join(directory.path, path);
  await mkdir(at('d/deep'), { recursive: true });
  await writeFile(at('d/a.txt'), 'one');
  await writeFile(at('d/deep/ä'), 'two');
  await symlink('../../etc/passwd', at('d/link'));
  await chmod(at('d/a.txt'), 0o751);
  return { name, path: at(name), stats: await lstat(at(name), { bigint: true }) };
}

async function list(...args: Parameters<typeof sourceItems>) {
  const found: string[] = [];
  for await (const { member, content } of sourceItems(...args)) {
    const { name, type, mode, uid, target } = member;
    const text = content === undefined ? target : (await buffer(Readable.from(content))).toString();
    const path = Buffer.from(name, 'latin1').toString();
    found.push(`${path} ${type} ${mode.toString(8)} ${uid} ${text}`.trim());
  }
  return found;
}

test('the content of a directory goes below the target, and links stay links', async () => {
  expect(await list(await source('d'), 'to/x', plain)).toEqual([
    'to/x/a.txt file 751 0 one',
    'to/x/deep directory 755 0',
    'to/x/deep/ä file 644 0 two',
    'to/x/link symlink 777 0 ../../etc/passwd',
  ]);
});

test('a file is the target, with the owner and the requested permissions', async () => {
  expect(await list(await source('d/a.txt'), 'b', { ...plain, uid: 7, mode: 0o600 })).toEqual([
    'b file 600 7 one',
  ]);
});

test('excluded paths start at the source', async () => {
  const excluded = ignorePatterns('deep\n*.txt');
  expect(await list(await source('d'), '', { ...plain, excluded })).toEqual([
    'link symlink 777 0 ../../etc/passwd',
  ]);
  expect(await list(await source('d/a.txt'), 'b', { ...plain, excluded })).toEqual([]);
});

test('the same files have the same hash in any place', async () => {
  const hash = async () => contentHash(sourceItems(await source('d'), '', plain));
  expect(await hash()).toBe(await hash());
});

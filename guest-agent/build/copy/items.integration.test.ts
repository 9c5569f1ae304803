import { chmod, lstat, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { ignorePatterns } from '../ignore.ts';
import { contentHash, sourceItems, unchanged } from './items.ts';
import { parseChange } from './permissions.ts';

const plain = { ...unchanged, owner: { uid: 0, gid: 0 } };

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
  expect(
    await list(await source('d/a.txt'), 'b', {
      owner: { uid: 7, gid: 7 },
      change: parseChange('600'),
      excluded: () => false,
    }),
  ).toEqual(['b file 600 7 one']);
});

test('excluded paths start at the source', async () => {
  const excluded = ignorePatterns('deep\n*.txt');
  expect(await list(await source('d'), '', { ...plain, excluded })).toEqual([
    'link symlink 777 0 ../../etc/passwd',
  ]);
  // As in BuildKit, patterns don't exclude the source itself.
  expect(await list(await source('d/a.txt'), 'b', { ...plain, excluded })).toHaveLength(1);
});

test('a directory whose files aren’t all excluded is copied', async () => {
  const excluded = ignorePatterns('deep\n!deep/ä');
  expect(await list(await source('d'), '', { ...plain, excluded })).toContain(
    'deep directory 755 0',
  );
});

test('included files come with the directories above them, and no others', async () => {
  const included = ignorePatterns('**/ä');
  expect(await list(await source('d'), 'to', { ...plain, included })).toEqual([
    'to/deep directory 755 0',
    'to/deep/ä file 644 0 two',
  ]);
  expect(await list(await source('d'), 'to', { ...plain, included: () => false })).toEqual([]);
});

test('the same files have the same hash in any place', async () => {
  const hash = async () => contentHash(sourceItems(await source('d'), '', plain));
  expect(await hash()).toBe(await hash());
});

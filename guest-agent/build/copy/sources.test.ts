import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import { buildkit, classic } from '../dialect.ts';
import { findDestination, saysDirectory } from './destination.ts';
import { findSources, missingSource } from './sources.ts';

async function tree() {
  const directory = await temporaryDirectory();
  const at = (name: string) => join(directory.path, name);
  await mkdir(at('src/deep'), { recursive: true });
  await mkdir(at('lib'));
  for (const name of ['a.txt', 'b.txt', 'src/c.txt', 'src/deep/d.md'])
    await writeFile(at(name), '');
  await symlink('/etc/passwd', at('outside'));
  await symlink('../../../..', at('up'));
  await symlink('src/deep', at('link'));
  await symlink('/lib', at('abs'));
  return directory;
}

test.each([
  ['a.txt', ['a.txt']],
  ['/src/c.txt', ['src/c.txt']],
  ['../../a.txt', ['a.txt']],
  ['.', ['']],
  ['src/', ['src']],
  ['*.txt', ['a.txt', 'b.txt']],
  ['?.txt', ['a.txt', 'b.txt']],
  ['[b-z].txt', ['b.txt']],
  ['[^b].txt', ['a.txt']],
  ['*/*.txt', ['src/c.txt']],
  ['src/*', ['src/c.txt', 'src/deep']],
  ['link/*.md', ['link/d.md']],
])('COPY %s', async (source, names) => {
  await using directory = await tree();
  const found = await findSources(directory.path, source, classic);
  expect(found.map(({ name }) => name)).toEqual(names);
});

test('links are followed inside the context', async () => {
  await using directory = await tree();
  const path = async (source: string) =>
    (await findSources(directory.path, source, classic))[0]?.path;
  expect(await path('link/d.md')).toBe(join(directory.path, 'src/deep/d.md'));
  expect(await path('up')).toBe(directory.path);
  await expect(findSources(directory.path, 'outside', classic)).rejects.toThrow(
    'COPY failed: file not found in build context or excluded by .dockerignore: stat outside: file does not exist',
  );
});

test('of several links to nowhere, the error names the first', async () => {
  await using directory = await tree();
  // The first takes longest to follow.
  for (let depth = 0; depth < 20; depth += 1) {
    await symlink(`z${depth + 1}`, join(directory.path, depth === 0 ? 'broken0' : `z${depth}`));
  }
  for (const name of ['broken1', 'broken2']) await symlink('/nosuch', join(directory.path, name));
  await expect(findSources(directory.path, 'broken*', buildkit)).rejects.toThrow(
    '"/broken0": not found',
  );
});

test.each([
  [['gone.txt', 'src/'], false, 'calculate checksum'],
  [['gone.txt', './'], false, 'lstat /gone.txt: no such file or directory'],
  [['src/gone', 'src'], false, 'lstat /src/gone: no such file or directory'],
  [['gone.txt', '*'], false, 'calculate checksum'],
  [['gone.txt'], true, 'lstat /gone.txt: no such file or directory'],
  [['outside'], true, 'calculate checksum'],
])('a missing source among %j (with exclusions: %s)', async (words, excludes, message) => {
  await using directory = await tree();
  const missing = missingSource(words, excludes, buildkit);
  const [first = ''] = words;
  await expect(findSources(directory.path, first, buildkit, missing)).rejects.toThrow(message);
  await expect(
    findSources(directory.path, first, classic, missingSource(words, excludes, classic)),
  ).rejects.toThrow('COPY failed: file not found');
});

test('a pattern without files', async () => {
  await using directory = await tree();
  await expect(findSources(directory.path, '*.nope', classic)).rejects.toThrow(
    'COPY failed: no source files were specified',
  );
  expect(await findSources(directory.path, '*.nope', buildkit)).toEqual([]);
  expect(await findSources(directory.path, 'src/deep/*/x', buildkit)).toEqual([]);
  await expect(findSources(directory.path, 'target/lib/*.jar', buildkit)).rejects.toThrow(
    'lstat /target/lib: no such file or directory',
  );
  await expect(findSources(directory.path, 'a.txt/*.jar', buildkit)).rejects.toThrow(
    'lstat /a.txt: not a directory',
  );
});

test.each([
  ['/src', '/', 'src', true, []],
  ['new', '/src', 'src/new', false, ['src/new']],
  ['new/', '/src', 'src/new', true, ['src/new']],
  ['.', '/src', 'src', true, []],
  ['/x/y/z', '/', 'x/y/z', false, ['x', 'x/y', 'x/y/z']],
  ['/', '/src', '', true, []],
  ['abs/file', '/', 'lib/file', false, ['lib/file']],
  ['/up/a', '/', 'a', false, ['a']],
  ['a.txt', '/', 'a.txt', false, ['a.txt']],
])('to %s from %s', async (target, workingDirectory, path, isDirectory, missing) => {
  await using directory = await tree();
  const found = await findDestination(directory.path, workingDirectory, target);
  const absent = found.directories.filter(({ stats }) => stats === undefined);
  expect([found.path, found.isDirectory, absent.map((each) => each.path)]).toEqual([
    ...[path, isDirectory, missing],
  ]);
});

test('paths that mean a directory', () => {
  expect(['a/', '.', './', 'a/..', '/'].every(saysDirectory)).toBe(true);
  expect(['a', '/a.', 'a...', '..a'].some(saysDirectory)).toBe(false);
});

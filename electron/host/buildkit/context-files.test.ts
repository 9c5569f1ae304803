import { link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { contextFiles, type FileFilter } from './context-files.ts';

const all: FileFilter = { paths: [], excluded: [] };

async function listed(
  root: string,
  filter: Partial<FileFilter> = {},
  platform?: NodeJS.Platform,
): Promise<string[]> {
  const found: string[] = [];
  for await (const { stat } of contextFiles(root, { ...all, ...filter }, platform)) {
    found.push([stat.path, stat.linkname].filter(Boolean).join(' -> '));
  }
  return found;
}

async function tree(...names: string[]): Promise<string> {
  const root = await temporaryDirectory();
  for (const name of names) {
    await mkdir(join(root, name, '..'), { recursive: true });
    if (name.endsWith('/')) await mkdir(join(root, name), { recursive: true });
    else await writeFile(join(root, name), name);
  }
  return root;
}

test('sends each directory before its contents', async () => {
  const root = await tree('b/x', 'a', 'b/empty/', 'b.txt');
  expect(await listed(root)).toEqual(['a', 'b', 'b/empty', 'b/x', 'b.txt']);
});

test('leaves out what the patterns exclude, but not the exceptions', async () => {
  const root = await tree('node_modules/x/y', 'src/a.md', 'src/b', 'logs/keep/this', 'logs/that');
  const excluded = ['node_modules', '**/*.md', 'logs', '!logs/keep'];
  expect(await listed(root, { excluded })).toEqual([
    ...['logs', 'logs/keep', 'logs/keep/this', 'src', 'src/b'],
  ]);
});

test('sends only the paths that the build copies, with the directories above them', async () => {
  const root = await tree('src/app/main.js', 'src/app/main.css', 'src/other', 'docs/a', 'x/y/z');
  expect(await listed(root, { paths: ['src/*/*.js', 'docs', 'missing'] })).toEqual([
    ...['docs', 'docs/a', 'src', 'src/app', 'src/app/main.js'],
  ]);
  expect(await listed(root, { paths: ['.'] })).toHaveLength(10);
});

test.skipIf(onWindows('wine has no symbolic links'))('sends what links lead to', async () => {
  const root = await tree('real/deep/file', 'real/other');
  await symlink('../real/deep', join(root, 'real/up'));
  await symlink('real/up', join(root, 'way'));
  expect(await listed(root, { paths: ['way/file'] })).toEqual([
    ...['real', 'real/deep', 'real/deep/file', 'real/up -> ../real/deep', 'way -> real/up'],
  ]);
  await symlink('loop', join(root, 'loop'));
  expect(await listed(root, { paths: ['loop/x'] })).toEqual(['loop -> loop']);
});

test.skipIf(onWindows('NTFS reports no link counts'))(
  'sends a file with two names once',
  async () => {
    const root = await tree('a');
    await link(join(root, 'a'), join(root, 'b'));
    expect(await listed(root)).toEqual(['a', 'b -> a']);
    // Windows has no such numbers that Docker uses.
    expect(await listed(root, {}, 'win32')).toEqual(['a', 'b']);
  },
);

test('on Windows, every file is executable', async () => {
  const root = await tree('dir/file');
  const modes: number[] = [];
  for await (const { stat } of contextFiles(root, all, 'win32'))
    modes.push((stat.mode ?? 0) & 0o777);
  expect(modes).toEqual([0o755, 0o755]);
});

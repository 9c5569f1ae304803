import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { temporaryDirectory } from '../../electron/host/base/testing/temporary-directory.ts';
import { collectRelease } from './collect.ts';
import { mergeFeeds } from './merge-feeds.ts';

const feed = (name: string, version = '1.2.3') =>
  [
    `version: ${version}`,
    `files:\n  - url: ${name}\n    sha512: ${name}==\n    size: 5`,
    `path: ${name}\nsha512: ${name}==\nreleaseDate: '2026-01-02T03:04:05.000Z'\n`,
  ].join('\n');

async function outputs(files: Record<string, string>) {
  const root = await temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

it('takes the installers, SBOMs and feeds of all targets, and nothing else', async () => {
  const root = await outputs({
    'darwin-x64/Berth-1.2.3-mac-x64.dmg': '',
    'darwin-x64/Berth-1.2.3-mac-x64.dmg.cdx.json': '',
    'darwin-x64/latest-mac.yml': feed('Berth-1.2.3-mac-x64.zip'),
    'darwin-x64/builder-debug.yml': '',
    'darwin-arm64/latest-mac.yml': feed('Berth-1.2.3-mac-arm64.zip'),
    'linux-x64/latest-linux.yml': feed('Berth-1.2.3-linux-x86_64.AppImage'),
    'win32-x64/Berth-1.2.3-win-x64.exe.blockmap': '',
  });
  const files = await collectRelease(root);
  expect(files.map(({ name }) => name).sort()).toEqual([
    'Berth-1.2.3-mac-x64.dmg',
    'Berth-1.2.3-mac-x64.dmg.cdx.json',
    'Berth-1.2.3-win-x64.exe.blockmap',
    'latest-linux.yml',
    'latest-mac.yml',
  ]);
  const merged = files.find(({ name }) => name === 'latest-mac.yml');
  expect(parse(String(merged?.content))).toMatchObject({
    version: '1.2.3',
    path: 'Berth-1.2.3-mac-x64.zip',
    files: [
      { url: 'Berth-1.2.3-mac-x64.zip', size: 5 },
      { url: 'Berth-1.2.3-mac-arm64.zip', size: 5 },
    ],
  });
});

it('refuses to overwrite the file of another target', async () => {
  const root = await outputs({ 'a/Berth.dmg': '', 'b/Berth.dmg': '' });
  await expect(collectRelease(root)).rejects.toThrow('Several targets have Berth.dmg');
});

it('refuses feeds of different versions', () => {
  expect(() => mergeFeeds([feed('a'), feed('b', '1.2.4')])).toThrow('1.2.3, 1.2.4');
});

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { onWindows } from '../../../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../../../base/testing/temporary-directory.ts';
import { Boundary } from './boundary.ts';

let root: string;
let outside: string;

beforeEach(async () => {
  const directory = await temporaryDirectory();
  [root, outside] = [join(directory, 'shared'), join(directory, 'outside')];
  mkdirSync(join(root, 'sub/deep'), { recursive: true });
  mkdirSync(outside);
  writeFileSync(join(root, 'sub/file'), 'inside');
  writeFileSync(join(outside, 'file'), 'secret');
});

/** As on this system, or as on those without openat(2) in Node. */
const systems = process.platform === 'linux' ? (['linux', 'darwin'] as const) : [process.platform];

describe.each(systems)('the boundary of a shared folder on %s', (platform) => {
  const boundary = (withheld: readonly string[] = []) => {
    const created = new Boundary({ root, withheld, platform });
    onTestFinished(() => created.release());
    return created;
  };

  test('leads to files in the folder', () => {
    const inside = boundary();
    expect(readFileSync(inside.place('sub/file'), 'utf8')).toBe('inside');
    expect(readdirSync(inside.folder('sub')).sort()).toEqual(['deep', 'file']);
    expect(readdirSync(inside.folder('')).sort()).toEqual(['sub']);
    expect(inside.place('')).toBe(root);
  });

  test.each([
    '..',
    '../outside/file',
    'sub/../../outside/file',
    '/etc/passwd',
    'sub//file',
    'sub/.',
    '.',
  ])('refuses %s', (path) => {
    expect(() => boundary().place(path)).toThrow('EINVAL');
    expect(() => boundary().folder(path)).toThrow('EINVAL');
  });

  test('refuses names with a zero byte or of too many bytes', () => {
    expect(() => boundary().place('sub/a\0b')).toThrow('EINVAL');
    expect(() => boundary().place('ü'.repeat(128))).toThrow('ENAMETOOLONG');
  });

  test.skipIf(onWindows('wine can’t make links'))('follows no link', () => {
    symlinkSync(outside, join(root, 'out'));
    symlinkSync('sub', join(root, 'in'));
    for (const link of ['out', 'in']) {
      expect(() => boundary().folder(link)).toThrow();
      expect(() => boundary().place(`${link}/file`)).toThrow();
      // Only calls that don't follow a link use the place itself.
      expect(boundary().place(link)).toMatch(new RegExp(`/${link}$`));
    }
  });

  test('a folder that became a link is not used any more', () => {
    const inside = boundary();
    inside.folder('sub');
    renameSync(join(root, 'sub'), join(root, 'away'));
    symlinkSync(outside, join(root, 'sub'));
    expect(() => inside.place('sub/file')).toThrow();
    expect(readFileSync(inside.place('away/file'), 'utf8')).toBe('inside');
  });

  test('a folder that left is not used any more', () => {
    const inside = boundary();
    inside.folder('sub/deep');
    renameSync(join(root, 'sub/deep'), join(outside, 'deep'));
    expect(() => inside.place('sub/deep/file')).toThrow('ENOENT');
    mkdirSync(join(root, 'sub/deep'));
    writeFileSync(join(root, 'sub/deep/file'), 'new');
    expect(readFileSync(inside.place('sub/deep/file'), 'utf8')).toBe('new');
    rmSync(join(root, 'sub'), { recursive: true });
    expect(() => inside.folder('sub/deep')).toThrow('ENOENT');
  });

  test('has no place for withheld files, and moves nothing that contains them', () => {
    const inside = boundary(['sub/.ssh', '.aws']);
    for (const path of ['.aws', '.AWS/credentials', 'sub/.ssh', 'sub/.Ssh/id']) {
      expect(() => inside.place(path)).toThrow('EACCES');
      expect(inside.shows(path)).toBe(false);
    }
    expect(inside.shows('sub')).toBe(true);
    expect(() => inside.movable('sub')).toThrow('EACCES');
    expect(inside.movable('sub/deep')).toMatch(/deep$/);
    expect(() => inside.movable('')).toThrow('EBUSY');
  });
});

test('Windows’ own names for files are refused', () => {
  const inside = new Boundary({ root, withheld: [], platform: 'win32' });
  for (const path of ['C:', 'a:b', 'con', 'sub\\file', 'nul.txt', 'a.']) {
    expect(() => inside.place(path)).toThrow('EINVAL');
  }
});

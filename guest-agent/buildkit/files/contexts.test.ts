import {
  chmod,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { temporaryDirectory } from '../../store/testing/temporary-directory.ts';
import type { ClientSession } from '../session/client-session.ts';
import { type SentTree, sendingSession } from '../testing/sending-session.ts';
import { Contexts } from './contexts.ts';

const { signal } = new AbortController();
const everything = { paths: [], excluded: [] };
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let source: string;
let contexts: Contexts;

beforeEach(async () => {
  directory = await temporaryDirectory();
  source = join(directory.path, 'client');
  await mkdir(source);
  contexts = new Contexts(join(directory.path, 'contexts'), () => {}, { trees: 3, bytes: 100 });
});
afterEach(() => directory[Symbol.asyncDispose]());

/** Takes the client's directory, and says which files were transferred. */
async function take(session?: Partial<SentTree>) {
  await using sender = await sendingSession({ root: source, ...session });
  const tree = await contexts.take(
    sender.session as ClientSession,
    'context',
    everything,
    () => {},
    signal,
  );
  return { tree, asked: sender.asked.sort() };
}

async function put(name: string, content: string): Promise<void> {
  await writeFile(join(source, name), content);
}

test('brings files, modes, times, links and empty directories', async () => {
  await mkdir(join(source, 'dir/empty'), { recursive: true });
  await put('dir/a', 'A');
  await put('big', 'x'.repeat(300_000));
  await chmod(join(source, 'dir/a'), 0o4751);
  await utimes(join(source, 'dir/a'), 1_000_000, 1_000_000);
  await symlink('/nowhere', join(source, 'link'));
  await link(join(source, 'dir/a'), join(source, 'hard'));
  const { tree, asked } = await take();
  expect(asked).toEqual(['big', 'dir/a']);
  const at = (name: string) => join(tree.path, name);
  expect(await readFile(at('dir/a'), 'utf8')).toBe('A');
  expect((await readFile(at('big'), 'utf8')).length).toBe(300_000);
  const { mode, mtimeMs, ino } = await stat(at('dir/a'));
  expect([mode & 0o7777, mtimeMs]).toEqual([0o4751, 1_000_000_000]);
  expect((await stat(at('hard'))).ino).toBe(ino);
  expect(await readlink(at('link'))).toBe('/nowhere');
  expect(await readdir(at('dir/empty'))).toEqual([]);
});

test('after a VM lost its power, files whose content is not there are transferred again', async () => {
  await put('a', 'content');
  await put('b', 'other');
  const first = await take();
  await first.tree[Symbol.asyncDispose]();
  contexts = new Contexts(join(directory.path, 'contexts'), () => {}, { trees: 3, bytes: 100 });
  const again = await take();
  expect(again.asked).toEqual([]);
  await again.tree[Symbol.asyncDispose]();
  await writeFile(join(again.tree.path, 'a'), '');
  contexts = new Contexts(join(directory.path, 'contexts'), () => {}, { trees: 3, bytes: 100 });
  const { tree, asked } = await take();
  expect(asked).toContain('a');
  expect(await readFile(join(tree.path, 'a'), 'utf8')).toBe('content');
  expect(await readFile(join(tree.path, 'b'), 'utf8')).toBe('other');
});

test('the next build transfers only what changed', async () => {
  await mkdir(join(source, 'gone'));
  await put('same', 'same');
  await put('changed', 'old');
  await put('gone/file', 'x');
  await put('kind', 'a file');
  const first = await take();
  await first.tree[Symbol.asyncDispose]();
  await put('changed', 'newer');
  await rm(join(source, 'gone'), { recursive: true });
  await rm(join(source, 'kind'));
  await mkdir(join(source, 'kind'));
  await put('kind/new', 'n');
  const { tree, asked } = await take();
  expect(asked).toEqual(['changed', 'kind/new']);
  expect(await readFile(join(tree.path, 'changed'), 'utf8')).toBe('newer');
  expect(await readFile(join(tree.path, 'same'), 'utf8')).toBe('same');
  expect((await readdir(tree.path)).sort()).toEqual(['changed', 'kind', 'same']);
  expect((await take()).asked).toEqual([]);
});

test('directories have the times of the client after files in them change', async () => {
  for (const name of ['changed', 'same', 'without']) {
    await mkdir(join(source, name));
    await put(`${name}/file`, 'old');
  }
  const date = new Date('2020-01-02T03:04:05Z');
  const dateAll = async () => {
    for (const name of ['changed', 'same', 'without']) await utimes(join(source, name), date, date);
  };
  await dateAll();
  await (await take()).tree[Symbol.asyncDispose]();
  await put('changed/file', 'newer');
  await rm(join(source, 'without/file'));
  await dateAll();
  const { tree, asked } = await take();
  expect(asked).toEqual(['changed/file']);
  for (const name of ['changed', 'same', 'without']) {
    expect([name, (await stat(join(tree.path, name))).mtime]).toEqual([name, date]);
  }
});

test('a file with another time, or other permissions, is transferred again', async () => {
  await put('touched', 'content');
  await put('executable', 'content');
  await put('same', 'content');
  await (await take()).tree[Symbol.asyncDispose]();
  await utimes(join(source, 'touched'), 1_000_000, 1_000_000);
  await chmod(join(source, 'executable'), 0o755);
  const { tree, asked } = await take();
  expect(asked).toEqual(['executable', 'touched']);
  expect((await stat(join(tree.path, 'executable'))).mode & 0o777).toBe(0o755);
});

test('a directory has the same version until the client changes it', async () => {
  await put('file', 'content');
  const versions: (string | undefined)[] = [];
  const build = async () => {
    await using tree = (await take()).tree;
    versions.push(tree.version);
  };
  await build();
  await build();
  await put('file', 'longer content');
  await build();
  await rm(join(source, 'file'));
  await build();
  const [first, second, ...others] = versions;
  expect(second).toBe(first);
  expect(new Set([first, ...others]).size).toBe(3);
  expect(versions).not.toContain(undefined);
});

test('a build keeps its files while another build of the directory changes them', async () => {
  await put('file', 'first');
  const first = await take();
  await put('file', 'second');
  const second = await take();
  expect(await readFile(join(first.tree.path, 'file'), 'utf8')).toBe('first');
  expect(await readFile(join(second.tree.path, 'file'), 'utf8')).toBe('second');
  await first.tree[Symbol.asyncDispose]();
  expect(await lstat(first.tree.path).catch(() => 'gone')).toBe('gone');
  expect(await readFile(join(second.tree.path, 'file'), 'utf8')).toBe('second');
});

test('an interrupted transfer isn’t taken for a complete one', async () => {
  await put('a', 'A');
  await put('b', 'B');
  await (await take()).tree[Symbol.asyncDispose]();
  await put('a', 'changed');
  await expect(take({ breakAfter: 'a' })).rejects.toThrow('the client closed');
  const { tree, asked } = await take();
  expect(asked).toEqual(['a', 'b']);
  expect(await readFile(join(tree.path, 'a'), 'utf8')).toBe('changed');
});

test.each([
  ['../outside', 'invalid path'],
  ['/etc/passwd', 'invalid path'],
  ['a/../../b', 'invalid path'],
  ['nosuch/file', 'unexpected path'],
])('the path %s from a client is refused', async (path, message) => {
  await expect(take({ extraPath: path })).rejects.toThrow(message);
});

test('what a process left unfinished is removed at the next start', async () => {
  await put('a', 'A');
  await using kept = (await take()).tree;
  expect(kept.path).toContain('contexts');
  const unfinished = join(directory.path, 'contexts', 'f'.repeat(64));
  await mkdir(join(unfinished, 'tree-0123456789ab'), { recursive: true });
  const next = new Contexts(join(directory.path, 'contexts'), () => {});
  await next.removeUnfinished();
  expect(await readdir(join(directory.path, 'contexts'))).toHaveLength(1);
  expect(await readFile(join(kept.path, 'a'), 'utf8')).toBe('A');
});

test('no file goes through a link that the client sends', async () => {
  await symlink(directory.path, join(source, 'dir'));
  await expect(take({ extraPath: 'dir/file' })).rejects.toThrow('unexpected path');
  expect(await lstat(join(directory.path, 'file')).catch(() => 'none')).toBe('none');
});

test('a prune removes directories that no build uses', async () => {
  await put('f', 'content');
  const { tree } = await take();
  expect(await contexts.prune()).toEqual([]);
  expect((await contexts.usage()).map(({ size, inUse }) => [size, inUse])).toEqual([[7, true]]);
  await tree[Symbol.asyncDispose]();
  expect((await contexts.prune()).map(({ size }) => size)).toEqual([7]);
  expect(await contexts.usage()).toEqual([]);
});

test('the least recently used directories go when there are too many or too large ones', async () => {
  const sizes = async () => (await contexts.usage()).map(({ size }) => size);
  const build = async (sharedKey: string, size: number) => {
    await put('f', 'x'.repeat(size));
    await (await take({ sharedKey })).tree[Symbol.asyncDispose]();
  };
  for (const [index, key] of ['a', 'b', 'c', 'd'].entries()) await build(key, index + 1);
  await build('e', 60);
  expect(await sizes()).toEqual([3, 4, 60]);
  await build('f', 70);
  expect(await sizes()).toEqual([70]);
});

test('a directory that only one session can use goes with its build', async () => {
  await put('f', 'content');
  const { tree } = await take({ sharedKey: '' });
  expect(await readFile(join(tree.path, 'f'), 'utf8')).toBe('content');
  await tree[Symbol.asyncDispose]();
  expect(await contexts.usage()).toEqual([]);
});

test('a build gets its files even if old directories can’t be removed', async () => {
  const logged: string[] = [];
  const broken = new Contexts(join(directory.path, 'contexts'), (message) => logged.push(message));
  await put('f', 'content');
  vi.spyOn(broken, 'usage').mockRejectedValue(new Error('the disk fails'));
  contexts = broken;
  const { tree } = await take();
  expect(await readFile(join(tree.path, 'f'), 'utf8')).toBe('content');
  expect(logged).toEqual(['removing build contexts that are no longer used']);
});

test('builds and prunes at the same time leave every build its files', async () => {
  await put('f', 'content');
  const build = async () => {
    await using tree = (await take()).tree;
    return readFile(join(tree.path, 'f'), 'utf8');
  };
  const done = Promise.all(Array.from({ length: 10 }, build));
  const prunes = Array.from({ length: 10 }, () => contexts.prune());
  expect(new Set(await done)).toEqual(new Set(['content']));
  await Promise.all(prunes);
});

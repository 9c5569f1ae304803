import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { temporaryDirectory } from '../store/testing/temporary-directory.ts';
import { Shares } from './shares.ts';

let mounts: string;
let shares: Shares;

beforeEach(async () => {
  mounts = (await temporaryDirectory()).path;
  const folder = (tag: string, hostPath: string, readOnly = false) =>
    ({ tag, hostPath, readOnly, transport: '9p' }) as const;
  const folders = [folder('home', '/home/me'), folder('docs', '/home/me/docs', true)];
  const engineSockets = ['/home/me/.berth/engine.sock', '/tmp/berth/engine.sock'];
  const config = { windows: false, ignoresCase: false, folders, engineSockets };
  shares = new Shares(config, mounts, async () => true);
  await mkdir(join(mounts, 'home/work/site'), { recursive: true });
  await mkdir(join(mounts, 'docs'));
});

const at = (path: string) => join(mounts, path);

test('finds a path of the host in the innermost share', async () => {
  const home = { root: at('home'), readOnly: false };
  expect(await shares.find('/home/me')).toEqual({ path: at('home'), ...home });
  expect(await shares.find('/home/me/work/../work/new')).toEqual({
    path: at('home/work/new'),
    ...home,
  });
  expect(await shares.find('/home/me/docs/a')).toEqual({
    ...{ path: at('docs/a'), root: at('docs'), readOnly: true },
  });
});

test('follows links as the host would, even into another share', async () => {
  await symlink('work/site', at('home/relative'));
  await symlink('/home/me/docs', at('home/absolute'));
  expect((await shares.find('/home/me/relative/x')).path).toBe(at('home/work/site/x'));
  expect((await shares.find('/home/me/absolute/x')).path).toBe(at('docs/x'));
});

test.each([
  ['/etc', undefined],
  ['/home/mean', undefined],
  ['/home/me/../you', undefined],
  ['relative', undefined],
  ['/home/me/out/x', '/etc'],
  ['/home/me/out/x', '../../..'],
])('%s is rejected (link: %s)', async (path, link) => {
  if (link !== undefined) await symlink(link, at('home/out'));
  await expect(shares.find(path)).rejects.toThrow(
    /is not in a shared folder.*shared: \/home\/me, /,
  );
});

test('the host’s path of the engine’s socket is the socket of the engine', async () => {
  const engine = { path: '/run/berth/engine.sock', root: undefined, readOnly: false };
  expect(await shares.find('/home/me/.berth/engine.sock')).toEqual(engine);
  expect(await shares.find('/tmp/berth/../berth/engine.sock')).toEqual(engine);
  await symlink('/home/me/.berth/engine.sock', at('home/docker.sock'));
  expect(await shares.find('/home/me/docker.sock')).toEqual(engine);
  await expect(shares.find('/tmp/berth/control.sock')).rejects.toThrow('not in a shared folder');
});

describe('a folder with keys', () => {
  const both = { hostPath: '/home/me', readOnly: false, withheld: ['.ssh', '.config/browser'] };
  const withKeys = () =>
    new Shares(
      {
        ...{ windows: false, ignoresCase: false },
        folders: [
          { tag: 'home', transport: '9p', ...both },
          { tag: 'home-sftp', transport: 'sftp', ...both },
        ],
      },
      mounts,
      async () => true,
    );
  beforeEach(async () => {
    for (const tag of ['home', 'home-sftp']) {
      await mkdir(join(mounts, tag, '.ssh'), { recursive: true });
      await writeFile(join(mounts, tag, '.ssh/id'), '');
      await symlink('.ssh', join(mounts, tag, 'link'));
    }
  });

  test.each(['.ssh', '.ssh/id', 'link', 'link/id', 'work/../.SSH'])(
    '%s is refused, with the setting that helps',
    async (path) => {
      await expect(withKeys().find(`/home/me/${path}`)).rejects.toThrow(
        /is for keys or passwords.*sharedFolders/,
      );
    },
  );

  test('what contains keys comes from the server that can hide them, and all else over 9p', async () => {
    for (const path of ['/home/me', '/home/me/.config']) {
      expect((await withKeys().find(path)).root).toBe(at('home-sftp'));
    }
    expect((await withKeys().find('/home/me/work/site')).root).toBe(at('home'));
  });

  test.each([
    ['site', '.ssh'],
    ['.config', '.'],
  ])('work/%s is refused if work becomes a link to %s at the last moment', async (name, target) => {
    const shares = withKeys();
    await mkdir(at(`home/work/${name}`), { recursive: true });
    const { root = '', ...place } = await shares.find(`/home/me/work/${name}`);
    await rename(at('home/work'), at('home/aside'));
    await symlink(target, at('home/work'));
    await mkdir(at(`home/${target}/${name}`), { recursive: true });
    await expect(shares.open({ ...place, root })).rejects.toThrow('cannot access path');
  });
});

test('rejects a circular link', async () => {
  await symlink('circle', at('home/circle'));
  await expect(shares.find('/home/me/circle')).rejects.toThrow('too many levels');
});

test('paths of the VM stay unchanged, and so do all paths without a host', async () => {
  const own = { root: undefined, readOnly: false };
  expect(await shares.find('/var/run/docker.sock')).toEqual({
    ...{ path: '/var/run/docker.sock', ...own },
  });
  expect(await new Shares(undefined).find('/srv/x')).toEqual({ path: '/srv/x', ...own });
});

test('finds paths of Windows in any form and case', async () => {
  const folders = [
    { tag: 'home', hostPath: '/c/Users/Me', readOnly: false, transport: 'sftp' as const },
  ];
  const windows = new Shares(
    { windows: true, ignoresCase: true, folders },
    mounts,
    async () => true,
  );
  for (const path of ['C:\\Users\\Me\\work', 'c:/users/me/work', '//c/USERS/ME/work']) {
    expect((await windows.find(path)).path).toBe(at('home/work'));
  }
  await expect(windows.find('D:\\work')).rejects.toThrow('is not in a shared folder');
});

import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { onWindows } from '../../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../../base/testing/temporary-directory.ts';
import { planShares, sharesConfig } from './plan.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.skipIf(onWindows('its paths aren’t Linux’s'))('missing folders are omitted', async () => {
  const directory = await temporaryDirectory();
  const [gone, here, file] = ['gone', 'here', 'file'].map((name) => join(directory, name));
  await mkdir(here ?? '');
  await writeFile(file ?? '', '');
  const settings = [gone, here, file].map((path = '') => ({ path, readOnly: true }));
  const shares = await planShares(settings, '9p', 'linux');
  const share = {
    tag: expect.stringMatching(/^share-[0-9a-f]{16}$/),
    hostPath: here,
    readOnly: true,
    transport: '9p',
  };
  expect(shares).toEqual([{ ...share, path: here }]);
  const socket = join(here ?? '', 'engine.sock');
  expect(await sharesConfig(shares, socket, 'linux')).toEqual({
    ...{ windows: false, ignoresCase: false },
    folders: [share],
    engineSockets: [socket],
  });
});

test.skipIf(onWindows('its paths aren’t Linux’s'))(
  'a socket behind a link has both paths',
  async () => {
    const directory = await temporaryDirectory();
    const real = join(directory, 'real');
    await mkdir(real);
    await symlink(real, join(directory, 'link'));
    const { engineSockets } = await sharesConfig([], join(directory, 'link/engine.sock'), 'linux');
    expect(engineSockets).toEqual([join(directory, 'link/engine.sock'), join(real, 'engine.sock')]);
  },
);

test.skipIf(onWindows('its paths aren’t Linux’s'))(
  'a folder has one tag, whatever else is shared and however often it is named',
  async () => {
    const [first, second] = [await temporaryDirectory(), await temporaryDirectory()];
    const plan = (...paths: string[]) =>
      planShares(
        paths.map((path) => ({ path, readOnly: false })),
        '9p',
        'linux',
      );
    const [alone] = await plan(second);
    const among = await plan(first, second, `${second}/`);
    expect(among.map(({ hostPath }) => hostPath)).toEqual([first, second]);
    expect(among[1]?.tag).toBe(alone?.tag);
    const both = await planShares(
      [true, false].map((readOnly) => ({ path: first, readOnly })),
      '9p',
      'linux',
    );
    expect(both.map(({ readOnly }) => readOnly)).toEqual([true]);
  },
);

test('a home directory is served in both ways where QEMU can’t hide the keys in it', async () => {
  const folders = [{ path: homedir(), readOnly: false }];
  const [fast, safe, ...others] = await planShares(folders, '9p');
  expect([fast?.transport, safe?.transport, others.length]).toEqual(['9p', 'sftp', 0]);
  expect(fast?.withheld).toEqual(expect.arrayContaining(['.ssh', '.docker']));
  expect(safe).toEqual({ ...fast, tag: `${fast?.tag}-sftp`, transport: 'sftp' });
  const alone = await planShares(folders, 'sftp');
  expect(alone).toEqual([{ ...fast, transport: 'sftp' }]);
});

test.skipIf(onWindows('wine can’t make links'))(
  'keys behind a link are withheld where they are',
  async () => {
    const home = await temporaryDirectory();
    await mkdir(join(home, 'dotfiles/keys'), { recursive: true });
    await symlink(join(home, 'dotfiles/keys'), join(home, 'berth'));
    vi.stubEnv('BERTH_HOME', join(home, 'berth'));
    const [share] = await planShares([{ path: home, readOnly: false }], 'sftp');
    expect(share?.withheld).toEqual(['berth', 'dotfiles/keys']);
  },
);

test.each([
  ['darwin', { windows: false, ignoresCase: true }],
  ['win32', { windows: true, ignoresCase: true }],
  ['linux', { windows: false, ignoresCase: false }],
] as const)('the guest learns how %s compares names', async (platform, facts) => {
  expect(await sharesConfig([], '/no/such/engine.sock', platform)).toEqual({
    ...{ ...facts, folders: [] },
    engineSockets: ['/no/such/engine.sock'],
  });
});

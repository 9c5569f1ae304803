import { lstat, mkdir, readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { onWindows } from '../../../guest-agent/testing/on-windows.ts';
import { temporaryDirectory } from '../base/testing/temporary-directory.ts';
import { commandState, installCommand, removeCommand } from './install-command.ts';
import type { UserPath } from './user-path.ts';

const noLinks = onWindows('wine can’t make links');

let root: string;
let program: string;
beforeEach(async () => {
  root = await temporaryDirectory();
  program = join(root, 'berth');
  await writeFile(program, '#!/bin/sh\n', { mode: 0o755 });
});
const own = () => join(root, 'home', 'bin');
const install = (PATH = '/usr/bin', SHELL = '/bin/bash', directories = ['/nowhere', own()]) =>
  installCommand({ environment: { PATH, SHELL }, platform: 'linux', program, directories });

test.skipIf(noLinks)(
  'the command is linked into a directory of the user’s, which is made',
  async () => {
    const { path, onPath, advice } = await install();
    expect(await readlink(path)).toBe(program);
    expect(path).toBe(join(own(), 'berth'));
    expect(onPath).toBe(false);
    expect(advice).toContain(`export PATH="${own()}:$PATH"`);
    expect((await install('/usr/bin', '/usr/bin/fish')).advice).toContain(
      `run \`fish_add_path ${own()}`,
    );
    expect((await install('/usr/bin', '/bin/zsh')).advice).toContain('~/.zshrc');
    expect(await install(`/usr/bin:${own()}`)).toMatchObject({ onPath: true, advice: undefined });
    expect(await readdir(own())).toEqual(['berth']);
  },
);

test.skipIf(noLinks)('a link of an earlier Berth is replaced', async () => {
  await install();
  program = join(root, 'newer');
  await writeFile(program, '', { mode: 0o755 });
  expect(await readlink((await install()).path)).toBe(program);
});

test('a program that is in the way stays', async () => {
  await mkdir(own(), { recursive: true });
  await writeFile(join(own(), 'berth'), 'theirs');
  await expect(install()).rejects.toMatchObject({ code: 'invalid' });
  expect((await lstat(join(own(), 'berth'))).isFile()).toBe(true);
});

test.skipIf(noLinks)('the shared directory comes first where it may be written to', async () => {
  const shared = join(root, 'shared');
  await mkdir(shared);
  expect((await install('', '', [shared, own()])).path).toBe(join(shared, 'berth'));
});

test('on Windows, the program’s folder is added to the PATH of the account', async () => {
  const entries = new Set<string>();
  const userPath: UserPath = {
    contains: async (directory) => entries.has(directory),
    add: async (directory) => void entries.add(directory),
    remove: async (directory) => void entries.delete(directory),
  };
  const windows = { platform: 'win32', program: 'C:\\Berth\\bin\\berth.cmd', userPath } as const;
  expect(await commandState(windows)).toBe('absent');
  const installed = await installCommand({ ...windows, environment: { PATH: '' } });
  expect(installed).toMatchObject({ path: windows.program, onPath: false });
  expect(installed.advice).toContain('open a new terminal');
  expect([...entries]).toEqual(['C:\\Berth\\bin']);
  expect(await commandState(windows)).toBe('present');
  await removeCommand(windows);
  expect(await commandState(windows)).toBe('absent');
});

test.skipIf(noLinks)('its state is known, and removal takes our link only', async () => {
  const options = { program, directories: ['/nowhere', own()] };
  expect(await commandState(options)).toBe('absent');
  await install();
  expect(await commandState(options)).toBe('present');
  await removeCommand(options);
  await removeCommand(options);
  expect(await commandState(options)).toBe('absent');
  await writeFile(join(own(), 'berth'), 'theirs');
  await removeCommand(options);
  expect(await commandState(options)).toBe('foreign');
});

test.each([
  '/Volumes/Berth 1.0/Berth.app/Contents/Resources/bin/berth',
  '/private/var/folders/x/T/AppTranslocation/1-2/d/Berth.app/Contents/Resources/bin/berth',
])('an app at %s, which is gone when it ends, is not linked to', async (program) => {
  const installing = installCommand({ program, platform: 'darwin', environment: { PATH: '' } });
  await expect(installing).rejects.toMatchObject({
    ...{ code: 'invalid', hint: expect.stringContaining('Applications folder') },
  });
});

test('an AppImage, which is gone when it ends, is not linked to', async () => {
  const environment = { APPIMAGE: '/x.AppImage', PATH: '' };
  await expect(
    installCommand({ environment, platform: 'linux', program, directories: [own()] }),
  ).rejects.toMatchObject({ hint: expect.stringContaining('distribution') });
});

test('an app that macOS runs from a temporary folder is not linked to', async () => {
  const translocated = '/private/var/folders/x/AppTranslocation/1/d/Berth.app/Contents/berth';
  const installing = installCommand({
    ...{ environment: {}, platform: 'darwin', program: translocated, directories: [own()] },
  });
  await expect(installing).rejects.toMatchObject({
    hint: expect.stringContaining('Applications folder'),
  });
});

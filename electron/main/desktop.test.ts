import { beforeEach, expect, test, vi } from 'vitest';
import { createDesktop, startsHidden } from './desktop.ts';
import { app } from './testing/stand-in-electron.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));
vi.mock('electron-updater', () => ({ default: {} }));

const hooks = { beforeInstall: async () => true, notInstalled: () => {} };

beforeEach(() => {
  app.loginItem = { openAtLogin: false };
  vi.stubGlobal('process', Object.assign(process, { resourcesPath: import.meta.dirname }));
});

test.each([
  ['darwin', { openAtLogin: true }],
  ['win32', { openAtLogin: true, args: ['--hidden'] }],
] as const)('on %s, the setting starts the app at login', async (platform, item) => {
  const { startAtLogin } = createDesktop(hooks, platform);
  expect(await startAtLogin?.get()).toBe(false);
  await startAtLogin?.set(true);
  expect(app.loginItem).toEqual(item);
  expect(await startAtLogin?.get()).toBe(true);
});

test('Linux doesn’t have this setting', () => {
  expect(createDesktop(hooks, 'linux')).not.toHaveProperty('startAtLogin');
});

test.each([
  ['darwin', true, [], true],
  ['darwin', false, [], false],
  ['win32', true, [], false],
  ['win32', false, ['--hidden'], true],
] as const)(
  'on %s, opened at login: %s, arguments %j: hidden: %s',
  (platform, wasOpenedAtLogin, args, hidden) => {
    app.loginItem = { openAtLogin: true, wasOpenedAtLogin };
    expect(startsHidden(platform, args)).toBe(hidden);
  },
);

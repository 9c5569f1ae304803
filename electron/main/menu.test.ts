import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import { applicationMenu } from './menu.ts';

const went: string[] = [];
const actions = {
  go: (path: string) => went.push(path),
  checkForUpdates: () => went.push('updates'),
};

const items = (menu: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] =>
  menu.flatMap((item) => [item, ...(Array.isArray(item.submenu) ? items(item.submenu) : [])]);

describe.each(['darwin', 'win32', 'linux'] as const)('the application menu on %s', (platform) => {
  const menu = applicationMenu(actions, platform);

  it('has each item once', () => {
    const labels = items(menu).flatMap(({ label, role }) => label ?? role ?? []);
    expect(labels).toEqual([...new Set(labels)]);
    expect(labels).toEqual(expect.arrayContaining(['Settings…', 'quit', 'about', 'editMenu']));
  });

  it('does what the labels say', () => {
    const click = (label: string) => {
      const item = items(menu).find((each) => each.label === label);
      (item?.click as (() => void) | undefined)?.();
      return went.at(-1);
    };
    expect(click('Settings…')).toBe('/settings');
    expect(click('Run an Image…')).toBe('/images/run');
    expect(click('Check for Updates…')).toBe('updates');
  });
});

it("begins with the app's own menu on macOS only", () => {
  expect(applicationMenu(actions, 'darwin')[0]?.label).toBe('Berth');
  expect(applicationMenu(actions, 'win32')[0]?.label).toBe('File');
});

it('offers updates only if the app has a source of them', () => {
  const { checkForUpdates: _, ...others } = actions;
  for (const platform of ['darwin', 'win32'] as const) {
    const labels = items(applicationMenu(others, platform)).map(({ label }) => label);
    expect(labels).not.toContain('Check for Updates…');
  }
});

import type { MenuItemConstructorOptions } from 'electron';

/** The menu actions that Electron doesn't bring. */
export interface MenuActions {
  /** Shows the window with a page of the app: `/settings`. */
  go(path: string): void;
  /** Absent if the app has no update source. */
  checkForUpdates?(): void;
}

/** The application menu, following the platform's conventions. */
export function applicationMenu(
  actions: MenuActions,
  platform: NodeJS.Platform,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const settings: MenuItemConstructorOptions = {
    label: 'Settings…',
    accelerator: 'CmdOrCtrl+,',
    click: () => actions.go('/settings'),
  };
  const updates: MenuItemConstructorOptions[] = actions.checkForUpdates
    ? [{ label: 'Check for Updates…', click: () => actions.checkForUpdates?.() }]
    : [];
  const appMenu: MenuItemConstructorOptions = {
    label: 'Berth',
    submenu: [
      { role: 'about' },
      ...updates,
      { type: 'separator' },
      settings,
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      { role: 'quit' },
    ],
  };
  const fileMenu: MenuItemConstructorOptions = {
    label: 'File',
    submenu: [
      {
        label: 'Run an Image…',
        accelerator: 'CmdOrCtrl+N',
        click: () => actions.go('/images/run'),
      },
      { label: 'Host Terminal', click: () => actions.go('/terminal') },
      { type: 'separator' },
      ...(mac ? [] : [settings, { type: 'separator' } as const]),
      mac ? { role: 'close' } : { role: 'quit' },
    ],
  };
  const viewMenu: MenuItemConstructorOptions = {
    label: 'View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  const helpMenu: MenuItemConstructorOptions = {
    role: 'help',
    submenu: [
      { label: 'Diagnostics', click: () => actions.go('/machine') },
      ...(mac ? [] : [{ type: 'separator' } as const, ...updates, { role: 'about' } as const]),
    ],
  };
  return [
    ...(mac ? [appMenu] : []),
    fileMenu,
    { role: 'editMenu' },
    viewMenu,
    { role: 'windowMenu' },
    helpMenu,
  ];
}

import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { app, BrowserWindow, dialog, ipcMain, Menu, powerMonitor, protocol } from 'electron';
import { pageScheme, portMessage } from '../api/transport.ts';
import { loggerOf } from '../host/base/log.ts';
import { stopContainer } from '../host/engine/containers.ts';
import type { Desktop } from '../host/screen/desktop.ts';
import { Navigation } from '../host/screen/navigation.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';
import { AppWindow, windowStateFile } from './app-window.ts';
import { settleApp } from './applications-folder.ts';
import { type LinkTarget, linkAmong, linkScheme, readLink } from './deep-link.ts';
import { endUnstarted } from './failed-start.ts';
import { fileDialogs } from './file-dialogs.ts';
import { applicationMenu } from './menu.ts';
import { createPortServer } from './message-port.ts';
import { showNativeNotices } from './native-notices.ts';
import { answerPage } from './page-protocol.ts';
import { pauseForUpdate } from './pause-for-update.ts';
import { stopAtSessionEnd, stopAtShutdown } from './power.ts';
import { askFarewell } from './quit.ts';
import { stopRunning } from './stop-running.ts';
import { showTray } from './tray.ts';
import { showUpdateNotice } from './update-notice.ts';
import { checkDaily, type UpdateHooks } from './updates.ts';
import { isOurPage } from './window.ts';

const log = loggerOf('app');

/** Next to the bundle of this file, as the build lays them out. */
const PRELOAD = join(import.meta.dirname, 'preload.cjs');
const PAGE = join(import.meta.dirname, 'renderer');
const ICONS = join(import.meta.dirname, 'icons');

/** How long the end of the user's session may wait for the VM, in milliseconds. */
const SESSION_END_MS = 60_000;

/** The `appId` of the installers. */
const APP_ID = 'dev.berth.app';

export interface AppOptions {
  /** The folder of the app's files. */
  readonly home: string;
  /** Shows no window until the person asks for one. */
  readonly startsHidden?: boolean;
  /** All VMs of the user, which an update stops. */
  readonly allMachines: () => Promise<readonly Pick<ScreenHost, 'machine' | 'engine'>[]>;
  /** What Electron does for the screen. It calls the hooks around an update. */
  readonly createDesktop: (hooks: UpdateHooks) => Desktop;
}

/** Nobody waits for the task: failures go to the app's log. */
function inBackground(what: string, work: Promise<unknown>): void {
  work.catch((error) => log.error(what, error));
}

/** The app on a host. No other app may be running. */
export function runApp(core: ScreenHost, options: AppOptions): void {
  const { home, createDesktop, allMachines } = options;
  /** Whether the app may end: the person was asked already, or can't be asked. */
  let farewell = false;
  const navigation = new Navigation();
  const desktop = createDesktop({
    async beforeInstall() {
      // An installer replaces the files of running VMs, and on Windows it ends their processes.
      if (!(await pauseForUpdate(await allMachines()))) return false;
      farewell = true;
      // The page has asked already.
      window.setAsks(false);
      return true;
    },
    notInstalled() {
      farewell = false;
      window.setAsks(true);
    },
  });
  const host = { ...core, dialogs: fileDialogs, navigation, desktop };
  const window = new AppWindow({ preload: PRELOAD, stateFile: windowStateFile(home) });
  const over = new AbortController();

  /** Before that, a window would stay empty. */
  let servesPage = false;
  let showsAtStart = !options.startsHidden;
  const showWindow = () => {
    if (servesPage) window.show();
    else showsAtStart = true;
  };
  const go = (path: string) => {
    navigation.go(path);
    window.show();
  };
  const follow = async (link: LinkTarget | undefined) => {
    if (!link || !(await settled)) return;
    const { response } = await dialog.showMessageBox({
      type: 'question',
      message: `A link asks to run the image “${link.image}”`,
      detail:
        "Continue only if you trust the link's source. Berth shows the options before it runs anything.",
      buttons: ['Show Options', 'Cancel'],
      defaultId: 1,
      cancelId: 1,
    });
    if (response === 0) go(link.path);
  };

  const stopMachine = () => log.attempt('Stopping the machine', host.machine.stop(), 'warn');
  const quit = async () => {
    const answer = await log.attempt('Asking before quitting', askFarewell(host), 'warn');
    // Asks before stopping the VM: a person who keeps editing keeps the VM too.
    if (answer === 'stay' || !(await window.close())) return;
    farewell = true;
    // The app ends at once: stopping the VM is the supervisor's work, which outlives the app.
    if (answer === 'stop') await stopMachine();
    app.quit();
  };

  const servePort = createPortServer(host);
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true } },
  ]);
  ipcMain.on(portMessage, ({ senderFrame, ports: [port] }, machine: unknown) => {
    if (!port || !isOurPage(senderFrame)) return;
    servePort(port, typeof machine === 'string' ? machine : undefined);
  });
  app.setAsDefaultProtocolClient(linkScheme);
  // Windows shows notifications only for apps whose installer name it knows.
  app.setAppUserModelId(APP_ID);
  app.on('second-instance', (_event, argv) => {
    const link = linkAmong(argv);
    if (link) inBackground('Following a link', follow(link));
    else showWindow();
  });
  app.on('open-url', (event, address) => {
    event.preventDefault();
    inBackground('Following a link', follow(readLink(address)));
  });
  app.on('activate', () => showWindow());
  // The app keeps running in the menu bar or the notification area.
  app.on('window-all-closed', () => {});
  app.on('before-quit', (event) => {
    if (farewell) return;
    event.preventDefault();
    inBackground('Quitting', quit());
  });
  app.on('will-quit', () => over.abort());

  /** Whether the app may start from where it is, after it asked to move. Electron must be ready first. */
  const settled = app.whenReady().then(() => {
    // Moving the app ends it without a question.
    farewell = true;
    return settleApp();
  });
  // Not awaited: Electron is ready only after this module was evaluated.
  const started = settled.then(async (isSettled) => {
    if (!isSettled) {
      app.quit();
      return;
    }
    farewell = false;
    protocol.handle(pageScheme, ({ url }) => answerPage(PAGE, url));
    servesPage = true;
    const { updates } = desktop;
    const checkForUpdates = () => {
      go('/settings/general');
      if (updates) inBackground('Looking for updates', updates.check());
    };
    const menuActions = { go, ...(updates && { checkForUpdates }) };
    Menu.setApplicationMenu(Menu.buildFromTemplate(applicationMenu(menuActions, process.platform)));
    // The page shows the reason too.
    const quietly = (work: Promise<unknown>) => inBackground('From the tray', work);
    showTray(
      ICONS,
      host,
      {
        open: (path) => (path === undefined ? window.show() : go(path)),
        startMachine: () => quietly(host.machine.start()),
        stopMachine: () => quietly(host.machine.stop()),
        stopContainer: (id) => quietly(stopContainer(host.engine, id)),
        quit: () => app.quit(),
      },
      over.signal,
    );
    const endWithSession = async () => {
      farewell = true;
      window.setAsks(false);
      // The session doesn't wait for longer.
      await Promise.race([
        stopRunning(allMachines),
        sleep(SESSION_END_MS, undefined, { ref: false }),
      ]);
      app.quit();
    };
    stopAtShutdown(powerMonitor, endWithSession);
    if (process.platform === 'win32') {
      // Only windows get the event, and the app's own window may be closed.
      const listener = new BrowserWindow({ show: false, skipTaskbar: true });
      stopAtSessionEnd(listener, endWithSession);
      app.on('will-quit', () => listener.destroy());
    }
    const places = { isLookedAt: () => window.isFocused(), go };
    inBackground('Showing notifications', showNativeNotices(host, places, over.signal));
    if (updates) {
      showUpdateNotice(updates, { go, settings: host.appSettings }, over.signal);
      inBackground('Looking for updates', checkDaily(updates, host.appSettings, over.signal));
    }
    if (showsAtStart) window.show();
    inBackground('Following a link', follow(linkAmong(process.argv)));
  });
  started.catch(endUnstarted);
}

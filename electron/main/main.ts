import { join } from 'node:path';
import { app, BrowserWindow, ipcMain, protocol } from 'electron';
import { pageOrigin, pageScheme, portMessage } from '../api/transport.ts';
import { createHost } from '../host/host.ts';
import { createPortServer } from './message-port.ts';
import { answerPage } from './page-protocol.ts';
import { confine, isOurPage, windowOptions } from './window.ts';

/** Beside the bundle of this file, as the build lays them out. */
const PRELOAD = join(import.meta.dirname, 'preload.cjs');
const PAGE = join(import.meta.dirname, 'renderer');

let window: BrowserWindow | undefined;

function showWindow(): void {
  if (window) {
    if (window.isMinimized()) window.restore();
    window.focus();
    return;
  }
  const opened = new BrowserWindow(windowOptions(PRELOAD));
  confine(opened.webContents);
  opened.once('ready-to-show', () => opened.show());
  opened.once('closed', () => {
    window = undefined;
  });
  void opened.loadURL(`${pageOrigin}/`);
  window = opened;
}

if (app.requestSingleInstanceLock()) {
  const servePort = createPortServer(createHost());
  protocol.registerSchemesAsPrivileged([
    { scheme: pageScheme, privileges: { standard: true, secure: true } },
  ]);
  ipcMain.on(portMessage, ({ senderFrame, ports: [port] }) => {
    if (port && isOurPage(senderFrame)) servePort(port);
  });
  app.on('second-instance', showWindow);
  app.on('activate', showWindow);
  app.on('window-all-closed', () => {
    // On macOS an app stays in the dock until it is quit.
    if (process.platform !== 'darwin') app.quit();
  });
  // Not awaited: Electron is ready only when this module has been evaluated.
  void app.whenReady().then(() => {
    protocol.handle(pageScheme, ({ url }) => answerPage(PAGE, url));
    showWindow();
  });
} else {
  app.quit();
}

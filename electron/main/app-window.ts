import { join } from 'node:path';
import { BrowserWindow, screen, shell } from 'electron';
import { pageOrigin } from '../api/transport.ts';
import { logError } from '../host/log.ts';
import { confine, windowOptions } from './window.ts';
import { readWindowState, writeWindowState } from './window-state.ts';

interface AppWindowOptions {
  readonly preload: string;
  /** Where it is kept how the window stood. */
  readonly stateFile: string;
}

/** The one window of the app: made when it is asked for, and made anew after it was closed. */
export class AppWindow {
  readonly #options: AppWindowOptions;
  #window: BrowserWindow | undefined;

  constructor(options: AppWindowOptions) {
    this.#options = options;
  }

  show(): void {
    const window = this.#window;
    if (!window) {
      this.#open();
      return;
    }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  isFocused(): boolean {
    return this.#window?.isFocused() ?? false;
  }

  #open(): void {
    const { preload, stateFile } = this.#options;
    const areas = screen.getAllDisplays().map(({ workArea }) => workArea);
    const kept = readWindowState(stateFile, areas);
    const { maximized = false, ...bounds } = kept ?? {};
    const window = new BrowserWindow({ ...windowOptions(preload), ...bounds });
    this.#window = window;
    if (maximized) window.maximize();
    confine(window.webContents, (address) => {
      shell.openExternal(address).catch((error) => logError(`Opening ${address}`, error));
    });
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      // What it showed is known to the host: a new page loses nothing.
      if (reason !== 'clean-exit') window.webContents.reload();
    });
    window.once('ready-to-show', () => window.show());
    window.on('close', () => {
      const state = { ...window.getNormalBounds(), maximized: window.isMaximized() };
      writeWindowState(stateFile, state).catch((error) => logError('Keeping the window', error));
    });
    window.once('closed', () => {
      this.#window = undefined;
    });
    window.loadURL(`${pageOrigin}/`).catch((error) => logError("Loading the app's page", error));
  }
}

/** Where the app's own files of a user are, beside those of its machines. */
export const windowStateFile = (home: string) => join(home, 'window.json');

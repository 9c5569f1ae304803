import { join } from 'node:path';
import { BrowserWindow, dialog, screen, shell } from 'electron';
import { pageOrigin } from '../api/transport.ts';
import { loggerOf } from '../host/base/log.ts';
import { recoverPage } from './page-recovery.ts';
import { confine, windowOptions } from './window.ts';
import { readWindowState, writeWindowState } from './window-state.ts';

const log = loggerOf('app');

interface AppWindowOptions {
  readonly preload: string;
  /** The file that keeps the window's position. */
  readonly stateFile: string;
}

/** The only window of the app: created when it is first needed, and again after it was closed. */
export class AppWindow {
  readonly #options: AppWindowOptions;
  #window: BrowserWindow | undefined;
  #asks = true;
  #onStay = () => {};

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

  /**
   * Closes the window, which asks first when it has unsaved changes. False when the person keeps it
   * open.
   */
  async close(): Promise<boolean> {
    const window = this.#window;
    if (!window) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    window.once('closed', () => resolve(true));
    this.#onStay = () => resolve(false);
    window.close();
    return promise;
  }

  /** Whether the window asks before it closes. Without it, nobody is there to answer. */
  setAsks(asks: boolean): void {
    this.#asks = asks;
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
      shell.openExternal(address).catch((error) => log.warn(`Opening ${address}`, error));
    });
    recoverPage(window, () => this.#asks);
    // The page has unsaved changes. Without an answer, Electron would keep the window without a
    // word.
    window.webContents.on('will-prevent-unload', (event) => {
      if (!this.#asks || askToClose(window)) event.preventDefault();
      else this.#onStay();
    });
    window.once('ready-to-show', () => window.show());
    window.on('close', () => {
      const state = { ...window.getNormalBounds(), maximized: window.isMaximized() };
      try {
        writeWindowState(stateFile, state);
      } catch (error) {
        // The window closes all the same; the next one opens in the default place.
        log.warn("Saving the window's position", error);
      }
    });
    window.once('closed', () => {
      this.#window = undefined;
    });
    window.loadURL(`${pageOrigin}/`).catch((error) => log.error("Loading the app's page", error));
  }
}

/** Asks whether to discard the unsaved changes of a window. */
function askToClose(window: BrowserWindow): boolean {
  const discard = dialog.showMessageBoxSync(window, {
    type: 'warning',
    message: 'You have unsaved changes',
    detail: 'Closing the window discards them.',
    buttons: ['Keep Editing', 'Discard Changes'],
    defaultId: 0,
    cancelId: 0,
  });
  return discard === 1;
}

/** The folder for the user's app files, beside those of the VM. */
export const windowStateFile = (home: string) => join(home, 'window.json');

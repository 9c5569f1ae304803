import type { BrowserWindowConstructorOptions, WebContents } from 'electron';
import { pageOrigin } from '../api/transport.ts';

/** A window whose page has no more power than a web page, and the one port that it is handed. */
export function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    width: 1180,
    height: 760,
    minWidth: 900,
    minHeight: 600,
    title: 'Berth',
    // Shown when its first picture is ready, so that it does not flash white.
    show: false,
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  };
}

/** Keeps a window on our page: nothing is navigated to, opened, embedded or permitted. */
export function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  contents.session.setPermissionCheckHandler(() => false);
}

/** Whether a frame shows our page; only then is it given a port. */
export function isOurPage(frame: { readonly url: string } | null): boolean {
  return frame !== null && URL.parse(frame.url)?.href.startsWith(`${pageOrigin}/`) === true;
}

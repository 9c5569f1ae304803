import type { BrowserWindowConstructorOptions, WebContents } from 'electron';
import { pageOrigin } from '../api/transport.ts';

/** Buttons that copy need this permission. */
const PERMITTED: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

/** A window whose page has no more power than a web page, and the one port that it is given. */
export function windowOptions(preload: string): BrowserWindowConstructorOptions {
  return {
    // Wide enough for all columns of the containers.
    width: 1280,
    height: 800,
    minWidth: 900,
    minHeight: 600,
    title: 'Berth',
    // Shown when its first picture is ready, so that it doesn't flash white.
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

/**
 * Keeps a window on our page: no navigation, no embedding, no permissions. Links to the web open in
 * the person's own browser.
 */
export function confine(contents: WebContents, openOutside: (address: string) => void): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (isWebAddress(url)) openOutside(url);
    return { action: 'deny' };
  });
  contents.session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(PERMITTED.has(permission)),
  );
  contents.session.setPermissionCheckHandler((_contents, permission) => PERMITTED.has(permission));
}

/** Other schemes start programs: a container's log must not be able to. */
function isWebAddress(address: string): boolean {
  const protocol = URL.parse(address)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}

/** Whether a frame shows our page; only then does it get a port. */
export function isOurPage(frame: { readonly url: string } | null): boolean {
  return frame !== null && URL.parse(frame.url)?.href.startsWith(`${pageOrigin}/`) === true;
}

import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { confine, isOurPage, windowOptions } from './window.ts';

describe('windowOptions', () => {
  it('gives the page no power of its own', () => {
    expect(windowOptions('/app/preload.cjs').webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
    });
  });
});

describe('confine', () => {
  /** The part of Electron's WebContents that is used, with what was set on it. */
  class StandInContents extends EventEmitter {
    openHandler: ((details: { url: string }) => { action: string }) | undefined;
    permits: ((permission: string) => boolean) | undefined;
    checks: ((contents: null, permission: string) => boolean) | undefined;
    readonly session = {
      setPermissionRequestHandler: (
        handler: (contents: null, permission: string, answer: (allowed: boolean) => void) => void,
      ) => {
        this.permits = (permission) => {
          let allowed = false;
          handler(null, permission, (answer) => {
            allowed = answer;
          });
          return allowed;
        };
      },
      setPermissionCheckHandler: (handler: (contents: null, permission: string) => boolean) => {
        this.checks = handler;
      },
    };

    setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
      this.openHandler = handler;
    }
  }

  const contents = new StandInContents();
  const opened: string[] = [];
  confine(contents as unknown as WebContents, (address) => opened.push(address));

  it.each(['will-navigate', 'will-redirect', 'will-attach-webview'])('prevents %s', (name) => {
    let prevented = false;
    contents.emit(name, {
      preventDefault: () => {
        prevented = true;
      },
    });
    expect(prevented).toBe(true);
  });

  it("opens no windows, and links in the person's browser", () => {
    for (const url of ['https://example.org/', 'file:///etc/passwd', 'smb://host/x', 'nonsense']) {
      expect(contents.openHandler?.({ url })).toEqual({ action: 'deny' });
    }
    expect(opened).toEqual(['https://example.org/']);
  });

  it('permits copying, and nothing else', () => {
    expect(contents.permits?.('media')).toBe(false);
    expect(contents.checks?.(null, 'geolocation')).toBe(false);
    expect(contents.permits?.('clipboard-sanitized-write')).toBe(true);
    expect(contents.checks?.(null, 'clipboard-sanitized-write')).toBe(true);
  });
});

describe('isOurPage', () => {
  it.each([
    ['app://berth/', true],
    ['app://berth/#/images', true],
    ['app://berth.example/', false],
    ['https://berth/', false],
    ['about:blank', false],
  ])('%s: %s', (url, ours) => {
    expect(isOurPage({ url })).toBe(ours);
  });

  it('is not a frame that has gone', () => {
    expect(isOurPage(null)).toBe(false);
  });
});

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
    openHandler: (() => { action: string }) | undefined;
    permission: boolean | undefined;
    readonly session = {
      setPermissionRequestHandler: (
        handler: (contents: null, permission: string, answer: (allowed: boolean) => void) => void,
      ) => {
        handler(null, 'media', (allowed) => {
          this.permission = allowed;
        });
      },
      setPermissionCheckHandler: (handler: () => boolean) => {
        this.permission ||= handler();
      },
    };

    setWindowOpenHandler(handler: () => { action: string }): void {
      this.openHandler = handler;
    }
  }

  const contents = new StandInContents();
  confine(contents as unknown as WebContents);

  it.each(['will-navigate', 'will-redirect', 'will-attach-webview'])('prevents %s', (name) => {
    let prevented = false;
    contents.emit(name, {
      preventDefault: () => {
        prevented = true;
      },
    });
    expect(prevented).toBe(true);
  });

  it('opens no windows and permits nothing', () => {
    expect(contents.openHandler?.()).toEqual({ action: 'deny' });
    expect(contents.permission).toBe(false);
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

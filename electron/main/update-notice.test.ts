import { beforeEach, expect, it, vi } from 'vitest';
import type { AppSettings } from '../api/app-settings.ts';
import type { UpdateState } from '../api/desktop.ts';
import { Notification } from './testing/stand-in-electron.ts';
import { showUpdateNotice } from './update-notice.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

const go = vi.fn();
const over = new AbortController();
let wanted: boolean;
let change: (state: UpdateState) => void;

beforeEach(() => {
  Notification.all.length = 0;
  wanted = true;
  const updates = {
    onChange(listener: (state: UpdateState) => void) {
      change = listener;
      return () => {};
    },
  };
  const settings = { read: async () => ({ nativeNotices: wanted }) as AppSettings };
  showUpdateNotice(updates, { go, settings }, over.signal);
});

const settled = () => new Promise((resolve) => setTimeout(resolve, 10));

it('says once that a version is ready, and leads to the button that installs it', async () => {
  change({ state: 'fetching', version: '2.0.0', fraction: 1 });
  change({ state: 'ready', version: '2.0.0' });
  change({ state: 'ready', version: '2.0.0' });
  await settled();
  expect(Notification.all.map(({ options }) => options.title)).toEqual([
    'Berth 2.0.0 is ready to install',
  ]);
  Notification.all[0]?.emit('click');
  expect(go).toHaveBeenCalledWith('/settings/general');
});

it('is silent when notifications are off', async () => {
  wanted = false;
  change({ state: 'ready', version: '2.0.0' });
  await settled();
  expect(Notification.all).toEqual([]);
});

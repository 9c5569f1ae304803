import { beforeEach, expect, it, vi } from 'vitest';
import type { Notice } from '../api/notices.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';
import { showNativeNotices } from './native-notices.ts';
import { Notification } from './testing/stand-in-electron.ts';

vi.mock('electron', () => import('./testing/stand-in-electron.ts'));

const notice = (id: number, more: Partial<Notice> = {}): Notice => ({
  id,
  at: '2026-01-01T00:00:00.000Z',
  tone: 'bad',
  title: `notice ${id}`,
  ...more,
});

let looking: boolean;
let wanted: boolean;
const go = vi.fn();

beforeEach(() => {
  Notification.all.length = 0;
  looking = false;
  wanted = true;
  go.mockClear();
});

/** Shows the notifications for these lists, one after the other. */
async function show(...lists: readonly Notice[][]) {
  const host = {
    notices: {
      async *watch() {
        yield* lists;
      },
    },
    appSettings: { read: async () => ({ nativeNotices: wanted }) },
  } as unknown as ScreenHost;
  const places = { isLookedAt: () => looking, go };
  await showNativeNotices(host, places, new AbortController().signal);
  return Notification.all.map(({ options }) => options);
}

it('shows each new notice once, without backticks', async () => {
  const old = notice(1);
  const first = notice(2, { text: 'Run `berth doctor`.' });
  expect(await show([old], [first, old], [first], [notice(3), first])).toEqual([
    { title: 'notice 2', body: 'Run berth doctor.' },
    { title: 'notice 3', body: '' },
  ]);
});

it('opens the page of the notice', async () => {
  await show([], [notice(2), notice(1, { container: 'abc' })]);
  for (const shown of Notification.all) shown.emit('click');
  expect(go.mock.calls).toEqual([['/containers/abc'], ['/machine']]);
});

it('is silent while the person looks at the window', async () => {
  looking = true;
  expect(await show([], [notice(1)])).toEqual([]);
});

it('is silent when notifications are off', async () => {
  wanted = false;
  expect(await show([], [notice(1)])).toEqual([]);
});

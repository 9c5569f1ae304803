import { Notification } from 'electron';
import type { Notice } from '../api/notices.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';

export interface NoticePlaces {
  /** Whether the person looks at the window, which shows every event itself. */
  isLookedAt(): boolean;
  /** Shows the window with a page of the app. */
  go(path: string): void;
}

/**
 * Shows events as system notifications until `signal` aborts. Earlier events aren't shown, and
 * nothing is shown while the user looks at the window or has turned notifications off.
 */
export async function showNativeNotices(
  { notices, appSettings }: Pick<ScreenHost, 'notices' | 'appSettings'>,
  { isLookedAt, go }: NoticePlaces,
  signal: AbortSignal,
): Promise<void> {
  // A notification without a reference is collected, and its click handler with it.
  const shown = new Set<Notification>();
  let last: number | undefined;
  for await (const recent of notices.watch(signal)) {
    const newest = Math.max(0, ...recent.map(({ id }) => id));
    const before = last ?? newest;
    last = Math.max(before, newest);
    const fresh = recent.filter(({ id }) => id > before).reverse();
    if (fresh.length === 0 || isLookedAt() || !(await appSettings.read()).nativeNotices) continue;
    for (const notice of fresh) {
      const notification = new Notification({ title: notice.title, body: bodyOf(notice) });
      shown.add(notification);
      notification.on('close', () => shown.delete(notification));
      notification.on('click', () => {
        shown.delete(notification);
        go(placeOf(notice));
      });
      notification.show();
    }
  }
}

/** Without the backticks around commands, which only the page renders. */
const bodyOf = ({ text = '' }: Notice) => text.replaceAll('`', '');

const placeOf = ({ container }: Notice) =>
  container === undefined ? '/machine' : `/containers/${container}`;

import { Notification } from 'electron';
import type { Notice } from '../api/notices.ts';
import type { ScreenHost } from '../host/screen/screen-host.ts';

export interface NoticePlaces {
  /** Whether the person looks at the window, which tells of everything itself. */
  isLookedAt(): boolean;
  /** Shows the window at a place of the app. */
  go(path: string): void;
}

/**
 * What happens by itself, as the system's own notifications, until `signal` aborts. Nothing is shown
 * of what was before, nor while the window is looked at or the user does not want it.
 */
export async function showNativeNotices(
  { notices, appSettings }: Pick<ScreenHost, 'notices' | 'appSettings'>,
  { isLookedAt, go }: NoticePlaces,
  signal: AbortSignal,
): Promise<void> {
  // A notification that nothing refers to is collected, and its click with it.
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

/** Without the marks around commands, which only the page draws as such. */
const bodyOf = ({ text = '' }: Notice) => text.replaceAll('`', '');

const placeOf = ({ container }: Notice) =>
  container === undefined ? '/machine' : `/containers/${container}`;

import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { Prose } from '../components/prose.tsx';
import { useNotices } from '../connection/screen.ts';

/** Shows what happens while the page is open; what was before is in the list of the bell. */
export function NoticeToasts() {
  const notices = useNotices();
  const lastShown = useRef<number>(undefined);
  useEffect(() => {
    if (!notices) return;
    const newest = Math.max(0, ...notices.map(({ id }) => id));
    const shown = lastShown.current;
    lastShown.current = Math.max(newest, shown ?? 0);
    if (shown === undefined) return;
    for (const { id, tone, title, text } of notices.filter((notice) => notice.id > shown)) {
      notifications.show({
        id: `notice-${id}`,
        color: tone === 'bad' ? 'red' : 'tide',
        title,
        message: text && <Prose text={text} />,
        autoClose: 8000,
      });
    }
  }, [notices]);
  return null;
}

import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import type { Notice } from '../../electron/api/notices.ts';
import { useNotices } from '../connection/screen.ts';
import { Prose } from '../format/prose.tsx';
import { PAGES } from '../navigation/pages.ts';

/** Shows events while the page is open. Earlier events are in the bell's list. */
export function NoticeToasts() {
  const notices = useNotices();
  const [location] = useLocation();
  const lastShown = useRef<number>(undefined);
  useEffect(() => {
    if (!notices) return;
    const newest = Math.max(0, ...notices.map(({ id }) => id));
    const shown = lastShown.current;
    lastShown.current = Math.max(newest, shown ?? 0);
    if (shown === undefined) return;
    const fresh = notices.filter((notice) => notice.id > shown);
    for (const { id, tone, title, text } of fresh.filter((each) => !isTold(each, location))) {
      notifications.show({
        id: `notice-${id}`,
        color: tone === 'bad' ? 'red' : 'tide',
        title,
        message: text && <Prose text={text} />,
        autoClose: 8000,
      });
    }
  }, [notices, location]);
  return null;
}

/** A page that needs the VM already shows in its middle that the VM failed, and what to do. */
function isTold({ tone, container }: Notice, location: string): boolean {
  if (tone !== 'bad' || container !== undefined) return false;
  const page = PAGES.find(({ path }) => location === path || location.startsWith(`${path}/`));
  return page ? page.needsMachine || page.path === '/machine' : true;
}

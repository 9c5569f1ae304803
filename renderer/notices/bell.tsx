import { ActionIcon, Button, Indicator, Loader, Popover, Text } from '@mantine/core';
import { IconBell } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Notice } from '../../electron/api/notices.ts';
import { Elapsed } from '../components/elapsed.tsx';
import { StateDot } from '../components/state-dot.tsx';
import { client, useNotices } from '../connection/screen.ts';
import { Prose } from '../format/prose.tsx';
import classes from './bell.module.css';

/**
 * Recent events that the user didn't start, behind a bell that shows whether there are new ones.
 */
export function Bell() {
  const known = useNotices();
  const notices = known ?? [];
  const [opened, setOpened] = useState(false);
  const [lastRead, setLastRead] = useState(0);
  const unread = notices.filter(({ id }) => id > lastRead).length;
  const change = (open: boolean) => {
    setOpened(open);
    setLastRead(Math.max(0, ...notices.map(({ id }) => id)));
  };
  return (
    <Indicator disabled={unread === 0} color="red" size={8} offset={5}>
      <Popover opened={opened} onChange={change} position="right-start" width={340} trapFocus>
        <Popover.Target>
          <ActionIcon
            aria-label={unread === 0 ? 'Notifications' : `Notifications, ${unread} new`}
            onClick={() => change(!opened)}
          >
            <IconBell size={18} stroke={1.75} />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown className={classes.panel ?? ''} aria-label="Notifications">
          {!known && <Loader size={18} m="md" />}
          {known && notices.length === 0 && (
            <Text size="sm" c="var(--quiet)" p="md" ta="center">
              No notifications. Events that you didn't start show here, such as a container that
              ends unexpectedly or a port that is already in use.
            </Text>
          )}
          {notices.length > 0 && (
            <>
              <ul className={classes.notices} aria-label="Recent notifications">
                {notices.map((notice) => (
                  <Entry key={notice.id} notice={notice} onLeave={() => change(false)} />
                ))}
              </ul>
              <Button
                variant="subtle"
                size="xs"
                fullWidth
                onClick={() => {
                  change(false);
                  void client.notices.clear();
                }}
              >
                Clear all
              </Button>
            </>
          )}
        </Popover.Dropdown>
      </Popover>
    </Indicator>
  );
}

interface EntryProps {
  readonly notice: Notice;
  readonly onLeave: () => void;
}

function Entry({ notice: { tone, title, text, at, container }, onLeave }: EntryProps) {
  return (
    <li className={classes.notice}>
      <div className={classes.title}>
        <StateDot tone={tone} />
        {container ? (
          <Link to={`/containers/${container}`} className={classes.link ?? ''} onClick={onLeave}>
            {title}
          </Link>
        ) : (
          title
        )}
      </div>
      {text && (
        <p className={classes.text}>
          <Prose text={text} />
        </p>
      )}
      <p className={classes.text}>
        <Elapsed since={at} /> ago
      </p>
    </li>
  );
}

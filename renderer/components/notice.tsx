import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './notice.module.css';

interface NoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
}

/** The centre of a page that has nothing else to show. */
export function Notice({ icon, title, children }: NoticeProps) {
  return (
    <div className={classes.place}>
      <div className={classes.notice}>
        <span className={classes.icon} aria-hidden="true">
          {icon}
        </span>
        <Title order={2} size="xl">
          {title}
        </Title>
        {children}
      </div>
    </div>
  );
}

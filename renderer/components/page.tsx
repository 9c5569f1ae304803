import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import classes from './page.module.css';

interface PageProps {
  readonly title: ReactNode;
  /** The page above this one, as a link before the title. */
  readonly parent?: { readonly title: string; readonly href: string };
  /** A short summary below the title. */
  readonly summary?: ReactNode;
  readonly actions?: ReactNode;
  /** The content fills the rest of the window's height and scrolls inside. */
  readonly fills?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page: title, actions, scrolling content. */
export function Page({ title, parent, summary, actions, fills = false, children }: PageProps) {
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          <div className={classes.crumbs}>
            {parent && (
              <>
                <Link href={parent.href} className={classes.parent ?? ''}>
                  {parent.title}
                </Link>
                <span className={classes.slash} aria-hidden>
                  /
                </span>
              </>
            )}
            <Title order={1} className={classes.title}>
              {title}
            </Title>
          </div>
          <div className={classes.summary}>{summary}</div>
        </div>
        {actions}
      </header>
      <div className={classes.content} data-fills={fills || undefined}>
        {children}
      </div>
    </div>
  );
}

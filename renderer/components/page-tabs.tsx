import { Tabs } from '@mantine/core';
import { type ReactNode, Suspense, useState } from 'react';
import classes from './page-tabs.module.css';

/** A part of a page. */
export interface PageTab {
  /** The name in the address: `/containers/ID/logs`. */
  readonly name: string;
  readonly title: ReactNode;
  readonly content: ReactNode;
  /** Stays active behind other tabs once it was opened. */
  readonly staysOpen?: boolean;
}

interface PageTabsProps {
  readonly tabs: readonly PageTab[];
  readonly shown: string;
  readonly onShow: (name: string) => void;
}

/** The tabs of a page, which fill it. */
export function PageTabs({ tabs, shown, onShow }: PageTabsProps) {
  const [visited, setVisited] = useState<ReadonlySet<string>>(new Set());
  if (!visited.has(shown)) setVisited(new Set([...visited, shown]));
  return (
    <Tabs
      className={classes.tabs ?? ''}
      value={shown}
      keepMounted={false}
      // Effects keep running in a hidden tab: a shell stays open.
      keepMountedMode="display-none"
      onChange={(value) => value !== null && onShow(value)}
    >
      <Tabs.List mb="md">
        {tabs.map(({ name, title }) => (
          <Tabs.Tab key={name} value={name}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map(({ name, content, staysOpen = false }) => (
        <Tabs.Panel
          key={name}
          value={name}
          className={classes.panel ?? ''}
          keepMounted={staysOpen && visited.has(name)}
        >
          <Suspense fallback={null}>{content}</Suspense>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

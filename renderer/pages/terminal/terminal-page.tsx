import { CloseButton, Text, UnstyledButton } from '@mantine/core';
import { IconPlus, IconTerminal2 } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { IconButton } from '../../components/icon-button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import {
  chooseTab,
  closeTab,
  currentTabs,
  openTab,
  subscribeTabs,
} from '../../terminal/host-tabs.ts';
import { Terminal } from '../../terminal/terminal.tsx';
import classes from './terminal-page.module.css';

/** Shells of this computer. They go on while other pages are looked at. */
export default function TerminalPage() {
  const { tabs, chosen } = useSyncExternalStore(subscribeTabs, currentTabs);
  return (
    <Page
      title="Terminal"
      summary="Your shell on this computer. berth and docker speak to the machine."
      fills
    >
      <div className={classes.bar}>
        <div className={classes.tabs}>
          {tabs.map((tab) => (
            <div key={tab} className={classes.tab} data-chosen={tab === chosen || undefined}>
              <UnstyledButton
                aria-pressed={tab === chosen}
                className={classes.name ?? ''}
                onClick={() => chooseTab(tab)}
              >
                Shell {tab}
              </UnstyledButton>
              <CloseButton
                size="xs"
                aria-label={`Close shell ${tab}`}
                onClick={() => closeTab(tab)}
              />
            </div>
          ))}
        </div>
        <IconButton label="New shell" icon={<IconPlus size={17} />} onClick={openTab} />
      </div>
      {tabs.map((tab) => (
        <div key={tab} className={classes.panel} hidden={tab !== chosen}>
          <Terminal process={{ kind: 'host-shell' }} label={`Shell ${tab}`} />
        </div>
      ))}
      {tabs.length === 0 && (
        <Notice icon={<IconTerminal2 size={32} stroke={1.5} />} title="No shell is open">
          <Text c="var(--quiet)">Open one with the plus above.</Text>
        </Notice>
      )}
    </Page>
  );
}

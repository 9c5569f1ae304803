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

/** Shells on the host. They keep running while other pages are open. */
export default function TerminalPage() {
  const { tabs, chosen } = useSyncExternalStore(subscribeTabs, currentTabs);
  return (
    <Page
      title="Terminal"
      summary="Your shell on the host. berth and docker use the engine in the VM."
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
          <Text c="var(--quiet)">Choose New shell to open one.</Text>
        </Notice>
      )}
    </Page>
  );
}

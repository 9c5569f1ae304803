import { Anchor, Button, Group, Loader, Tabs } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import { IconBox, IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Container } from '../../../electron/api/containers.ts';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { useContainers } from '../../connection/screen.ts';
import { ContainerStatus, ContainerTime } from '../containers/container-status.tsx';
import { isUp } from '../containers/container-verbs.ts';
import { MoreMenu } from '../containers/more-menu.tsx';
import { useContainerActions } from '../containers/use-container-actions.ts';
import classes from './container-page.module.css';
import { LogsTab } from './logs-tab.tsx';
import { TerminalTab } from './terminal-tab.tsx';

interface ContainerPageProps {
  readonly id: string;
  readonly tab: string;
}

export function ContainerPage({ id, tab }: ContainerPageProps) {
  const containers = useContainers();
  const [, navigate] = useLocation();
  const container = containers?.find((each) => each.id === id);
  if (!container) return <Missing />;
  return (
    <Page
      fills
      title={container.name}
      summary={<Summary container={container} />}
      actions={<Actions container={container} />}
    >
      <Tabs
        className={classes.tabs ?? ''}
        value={tab}
        keepMounted={false}
        onChange={(value) => navigate(`/containers/${id}/${value}`, { replace: true })}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="terminal">Terminal</Tabs.Tab>
          <Tabs.Tab value="logs">Logs</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="terminal" className={classes.panel ?? ''}>
          <TerminalTab container={container} />
        </Tabs.Panel>
        <Tabs.Panel value="logs" className={classes.panel ?? ''}>
          <LogsTab container={container} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Summary({ container }: { readonly container: Container }) {
  return (
    <span className={classes.summary}>
      <ContainerStatus container={container} />
      <span>
        <ContainerTime container={container} />
      </span>
      <span>{container.image}</span>
    </span>
  );
}

function Actions({ container }: { readonly container: Container }) {
  const { start, stop } = useContainerActions(container);
  return (
    <Group gap="xs" wrap="nowrap">
      {isUp(container) ? (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} />}
          loading={stop.isPending}
          onClick={() => stop.mutate()}
        >
          Stop
        </Button>
      ) : (
        <Button
          leftSection={<IconPlayerPlay size={16} />}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          Start
        </Button>
      )}
      <MoreMenu container={container} />
    </Group>
  );
}

/** A container that was just made may be in the list a moment later. */
function Missing() {
  const [gone, setGone] = useState(false);
  useTimeout(() => setGone(true), 2000, { autoInvoke: true });
  if (!gone) {
    return (
      <Page title="">
        <Loader size={24} />
      </Page>
    );
  }
  return (
    <Notice icon={<IconBox size={32} stroke={1.5} />} title="This container is gone">
      <Anchor component={Link} href="/containers">
        See all containers
      </Anchor>
    </Notice>
  );
}

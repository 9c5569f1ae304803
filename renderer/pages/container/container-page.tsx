import { Anchor, Button, Group, Loader } from '@mantine/core';
import { useTimeout } from '@mantine/hooks';
import {
  IconBox,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
} from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Container } from '../../../electron/api/containers.ts';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { PageTabs } from '../../components/page-tabs.tsx';
import { useContainers } from '../../connection/screen.ts';
import { ContainerStatus, ContainerTime } from '../../containers/container-status.tsx';
import { isUp } from '../../containers/container-verbs.ts';
import { DomainLink } from '../../containers/domain-link.tsx';
import { MoreMenu } from '../../containers/more-menu.tsx';
import { PortChips } from '../../containers/port-chips.tsx';
import { useContainerActions } from '../../containers/use-container-actions.ts';
import { useIsUnsaved } from '../../drafts/drafts.ts';
import { UnsavedDot } from '../../drafts/unsaved-dot.tsx';
import classes from './container-page.module.css';
import { TABS } from './tabs.ts';

interface ContainerPageProps {
  readonly id: string;
  /** The tab to show. Without it, the most useful one. */
  readonly tab: string | undefined;
}

export function ContainerPage({ id, tab }: ContainerPageProps) {
  const containers = useContainers();
  const container = containers?.find((each) => each.id === id);
  if (!containers) return <Loading />;
  if (!container) return <Missing />;
  return (
    <Page
      fills
      parent={{ title: 'Containers', href: '/containers' }}
      title={container.name}
      summary={<Summary container={container} />}
      actions={<Actions container={container} />}
    >
      <ContainerTabs container={container} shown={tab ?? firstTab(container)} />
    </Page>
  );
}

/** The terminal of a container that reads input, now or later. Otherwise the log. */
const firstTab = ({ interactive, state }: Container) =>
  interactive || state === 'created' ? 'terminal' : 'logs';

function ContainerTabs({ container, shown }: { container: Container; shown: string }) {
  const [, navigate] = useLocation();
  const isUnsaved = useIsUnsaved(`/containers/${container.id}`);
  return (
    <PageTabs
      shown={shown}
      onShow={(name) => navigate(`/containers/${container.id}/${name}`, { replace: true })}
      tabs={TABS.map(({ name, title, component: Component, staysOpen = false }) => ({
        ...{ name, staysOpen },
        title: (
          <>
            {title}
            {name === 'files' && isUnsaved && <UnsavedDot />}
          </>
        ),
        content: <Component container={container} />,
      }))}
    />
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
      <PortChips container={container} />
      <DomainLink containerId={container.id} />
    </span>
  );
}

function Actions({ container }: { readonly container: Container }) {
  const { start, stop, other } = useContainerActions(container);
  return (
    <Group gap="xs" wrap="nowrap">
      {isUp(container) ? (
        <>
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            loading={other.isPending}
            onClick={() => other.mutate('restart')}
          >
            Restart
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlayerStopFilled size={15} />}
            loading={stop.isPending}
            onClick={() => stop.mutate()}
          >
            Stop
          </Button>
        </>
      ) : (
        <Button
          leftSection={<IconPlayerPlayFilled size={15} />}
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

const Loading = () => (
  <Page title="">
    <Loader size={24} />
  </Page>
);

/** A new container may appear in the list a moment later. */
function Missing() {
  const [gone, setGone] = useState(false);
  useTimeout(() => setGone(true), 2000, { autoInvoke: true });
  if (!gone) return <Loading />;
  return (
    <Notice icon={<IconBox size={32} stroke={1.5} />} title="This container no longer exists">
      <Anchor component={Link} href="/containers">
        See all containers
      </Anchor>
    </Notice>
  );
}

import { ActionIcon, Button, Group, Menu, Tabs } from '@mantine/core';
import {
  IconDots,
  IconPlayerPause,
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconRefresh,
  IconSkull,
  IconTrash,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useLocation, useRoute } from 'wouter';
import type { MachineStatus } from '../../../electron/api/machine.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import { Page } from '../../components/page.tsx';
import { StateDot } from '../../components/state-dot.tsx';
import { client, useMachine } from '../../connection/screen.ts';
import { type Ending, endMachine } from '../../machine/end-machine.tsx';
import { isDown, toneOf, wordsOf } from '../../machine/machine-state.ts';
import { suspendMachine } from '../../machine/suspend-machine.ts';
import { CleanUp } from '../../prune/clean-up.tsx';
import { Terminal } from '../../terminal/terminal.tsx';
import classes from './machine-page.module.css';
import { MachinesTab } from './machines-tab.tsx';
import { Overview } from './overview.tsx';

const TABS = ['overview', 'clean-up', 'console', 'shell', 'all'] as const;

/** The VM that containers run in: its state, its settings, and a shell in it. */
export default function MachinePage() {
  const machine = useMachine();
  const [, params] = useRoute<{ tab?: string }>('/machine/:tab?');
  const [, navigate] = useLocation();
  if (!machine) return null;
  const tab = TABS.find((each) => each === params?.tab) ?? 'overview';
  const { state, startedAt } = machine;
  return (
    <Page
      title="Machine"
      summary={
        <span className={classes.state}>
          <StateDot tone={toneOf(machine)} />
          {wordsOf(machine)}
          {state === 'running' && startedAt && (
            <>
              {' '}
              for <Elapsed since={startedAt} />
            </>
          )}
        </span>
      }
      actions={<Actions machine={machine} />}
      fills
    >
      <Tabs
        className={classes.tabs ?? ''}
        value={tab}
        onChange={(value) => navigate(`/machine/${value}`)}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="overview">Overview</Tabs.Tab>
          <Tabs.Tab value="clean-up" disabled={state !== 'running'}>
            Clean up
          </Tabs.Tab>
          <Tabs.Tab value="console">Console</Tabs.Tab>
          <Tabs.Tab value="shell" disabled={state !== 'running'}>
            Shell
          </Tabs.Tab>
          <Tabs.Tab value="all">All VMs</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" className={classes.scrolling ?? ''}>
          <Overview machine={machine} />
        </Tabs.Panel>
        <Tabs.Panel value="clean-up" className={classes.scrolling ?? ''}>
          {state === 'running' && <CleanUp />}
        </Tabs.Panel>
        <Tabs.Panel value="all" className={classes.scrolling ?? ''}>
          <MachinesTab />
        </Tabs.Panel>
        <Tabs.Panel value="console" className={classes.terminal ?? ''}>
          <Terminal process={{ kind: 'machine-console' }} label="Console of the VM" />
        </Tabs.Panel>
        <Tabs.Panel value="shell" className={classes.terminal ?? ''}>
          {state === 'running' && (
            <Terminal key={startedAt} process={{ kind: 'machine-shell' }} label="Shell in the VM" />
          )}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function Actions({ machine: { state } }: { readonly machine: MachineStatus }) {
  const start = useMutation({ mutationFn: () => client.machine.start() });
  // The question names the running containers, which the engine may take a moment to list.
  const end = useMutation({ mutationFn: endMachine });
  const isEnding = (ending: Ending) => end.isPending && end.variables === ending;
  return (
    <Group gap="xs" wrap="nowrap">
      {isDown(state) && (
        <Button
          leftSection={<IconPlayerPlayFilled size={16} />}
          loading={start.isPending}
          onClick={() => start.mutate()}
        >
          {state === 'suspended' ? 'Resume' : 'Start'}
        </Button>
      )}
      {state === 'running' && (
        <>
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} />}
            loading={isEnding('restart')}
            onClick={() => end.mutate('restart')}
          >
            Restart
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlayerPause size={16} />}
            onClick={suspendMachine}
          >
            Suspend
          </Button>
          <Button
            variant="default"
            leftSection={<IconPlayerStopFilled size={15} />}
            loading={isEnding('stop')}
            onClick={() => end.mutate('stop')}
          >
            Stop
          </Button>
        </>
      )}
      {state !== 'stopped' && (
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label="More actions for the VM">
              <IconDots size={18} stroke={1.75} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {state === 'suspended' ? (
              <Menu.Item
                color="red"
                leftSection={<IconTrash size={16} />}
                onClick={() => end.mutate('discard')}
              >
                Discard suspended state…
              </Menu.Item>
            ) : (
              <Menu.Item
                color="red"
                leftSection={<IconSkull size={16} />}
                onClick={() => end.mutate('kill')}
              >
                Kill VM…
              </Menu.Item>
            )}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}

import { Button, Code, Loader, Switch, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconAnchor, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { MachineFailure, MachineStatus } from '../../electron/api/machine.ts';
import { Notice } from '../components/notice.tsx';
import { client, useIsConnected, useMachine, useSettings } from '../connection/screen.ts';
import { Prose } from '../format/prose.tsx';
import { BootSteps, STEP_WORDS } from './boot-steps.tsx';
import classes from './machine-gate.module.css';

/** Shows its children while the machine runs, and otherwise the way to get there. */
export function MachineGate({ children }: { readonly children: ReactNode }) {
  const machine = useMachine();
  const connected = useIsConnected();
  if (!machine || !connected) return <Connecting lost={machine !== undefined} />;
  if (machine.state === 'running') return children;
  return <NotRunning machine={machine} />;
}

function Connecting({ lost }: { readonly lost: boolean }) {
  return (
    <Notice icon={<Loader size={28} />} title={lost ? 'Connection lost' : 'Connecting to Berth'}>
      {lost && (
        <Text c="var(--quiet)">
          <Prose text="Trying again. If `berth app` was ended, run it once more." />
        </Text>
      )}
    </Notice>
  );
}

function NotRunning({ machine }: { readonly machine: MachineStatus }) {
  const { state, step, failure, acceleratorNote } = machine;
  if (state === 'starting') {
    return (
      <Notice icon={<IconAnchor size={32} stroke={1.5} />} title="Starting the machine">
        <BootSteps current={step} />
        {acceleratorNote && (
          <Text size="sm" c="var(--quiet)">
            <Prose text={acceleratorNote} />
          </Text>
        )}
      </Notice>
    );
  }
  if (state === 'stopping') {
    return <Notice icon={<Loader size={28} />} title="Stopping the machine" />;
  }
  if (state === 'suspending') {
    return <Notice icon={<Loader size={28} />} title="Suspending the machine" />;
  }
  if (state === 'failed' && failure) return <Failed failure={failure} />;
  const { title, text, action } = DOWN[machine.asleep ? 'asleep' : downKind(state)];
  return (
    <Notice icon={<IconAnchor size={32} stroke={1.5} />} title={title}>
      <Text c="var(--quiet)">{text}</Text>
      <StartButton>{action}</StartButton>
    </Notice>
  );
}

const downKind = (state: MachineStatus['state']) =>
  state === 'suspended' ? 'suspended' : 'stopped';

/** What a page says in place of what the machine would show. */
const DOWN = {
  stopped: {
    title: 'The machine is stopped',
    text: 'Containers run in a small Linux machine on this computer. Start it to see and run them.',
    action: 'Start the machine',
  },
  asleep: {
    title: 'The machine is asleep',
    text: 'Nobody needed it for a while. It wakes up by itself with the next command.',
    action: 'Start the machine',
  },
  suspended: {
    title: 'The machine is suspended',
    text: 'All that ran in it is saved on the disk, and goes on where it was.',
    action: 'Resume the machine',
  },
} as const;

function Failed({ failure }: { readonly failure: MachineFailure }) {
  const { message, hint, step, console: lines } = failure;
  return (
    <Notice
      icon={<IconAlertTriangle size={32} stroke={1.5} color="var(--bad)" />}
      title={step ? 'The machine did not start' : 'The machine ended unexpectedly'}
    >
      <Text>{message}</Text>
      {step && <Text c="var(--quiet)">Step: {STEP_WORDS[step]}</Text>}
      {hint && (
        <Text c="var(--quiet)">
          <Prose text={hint} />
        </Text>
      )}
      {lines.length > 0 && (
        <section className={classes.console} aria-label="Console">
          <Title order={2} size="sm">
            Last lines of its console and logs
          </Title>
          <Code block tabIndex={0} className={classes.lines}>
            {lines.join('\n')}
          </Code>
        </section>
      )}
      <StartButton>{step ? 'Try again' : 'Start it again'}</StartButton>
      {!step && <RestartSwitch />}
    </Notice>
  );
}

/** After a crash: what to do about the next one. */
function RestartSwitch() {
  const restart = useSettings()?.app.restartMachine ?? false;
  const save = useMutation({
    mutationFn: (restartMachine: boolean) => client.settings.updateApp({ restartMachine }),
  });
  return (
    <Switch
      label="Start it again by itself next time"
      checked={restart}
      onChange={({ currentTarget }) => save.mutate(currentTarget.checked)}
    />
  );
}

function StartButton({ children }: { readonly children: string }) {
  const start = useMutation({ mutationFn: () => client.machine.start() });
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} />}
      loading={start.isPending}
      onClick={() => start.mutate()}
    >
      {children}
    </Button>
  );
}

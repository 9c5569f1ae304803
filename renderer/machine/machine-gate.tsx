import { Button, Code, Loader, Switch, Text, Title } from '@mantine/core';
import { IconAlertTriangle, IconAnchor, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { MachineFailure, MachineStatus } from '../../electron/api/machine.ts';
import { Notice } from '../components/notice.tsx';
import { client, useIsConnected, useMachine, useSettings } from '../connection/screen.ts';
import { Prose } from '../format/prose.tsx';
import { AcceleratorNote, TurnOnAcceleration } from './accelerator-note.tsx';
import { BootSteps, STEP_WORDS } from './boot-steps.tsx';
import classes from './machine-gate.module.css';

/** Shows its children while the VM runs. Otherwise shows how to start the VM. */
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
          <Prose text="Trying again. If you ended `berth app`, run it again." />
        </Text>
      )}
    </Notice>
  );
}

function NotRunning({ machine }: { readonly machine: MachineStatus }) {
  const { state, step, failure, acceleratorNote } = machine;
  if (state === 'starting') {
    return (
      <Notice icon={<IconAnchor size={32} stroke={1.5} />} title="Starting the VM">
        <BootSteps current={step} />
        {acceleratorNote && (
          <Text size="sm" c="var(--quiet)">
            <AcceleratorNote text={acceleratorNote} />
          </Text>
        )}
      </Notice>
    );
  }
  if (state === 'stopping') {
    return <Notice icon={<Loader size={28} />} title="Stopping the VM" />;
  }
  if (state === 'suspending') {
    return <Notice icon={<Loader size={28} />} title="Suspending the VM" />;
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

/** What a page shows while the VM is down. */
const DOWN = {
  stopped: {
    title: 'The Berth VM is stopped',
    text: 'Containers run in a small Linux virtual machine (VM). Start the VM to see and run them.',
    action: 'Start VM',
  },
  asleep: {
    title: 'The Berth VM is asleep',
    text: 'The VM stopped because nothing used it. The next command starts the VM again.',
    action: 'Start VM',
  },
  suspended: {
    title: 'The Berth VM is suspended',
    text: 'Everything that was running is saved on disk, and continues when you resume the VM.',
    action: 'Resume VM',
  },
} as const;

function Failed({ failure }: { readonly failure: MachineFailure }) {
  const { message, hint, step, console: lines } = failure;
  return (
    <Notice
      icon={<IconAlertTriangle size={32} stroke={1.5} color="var(--bad)" />}
      title={step ? "The VM didn't start" : 'The VM ended unexpectedly'}
    >
      <Text>{message}</Text>
      {step && <Text c="var(--quiet)">Step: {STEP_WORDS[step]}</Text>}
      {hint && (
        <Text c="var(--quiet)">
          <Prose text={hint} />
        </Text>
      )}
      <TurnOnAcceleration />
      {lines.length > 0 && (
        <section className={classes.console} aria-label="Console">
          <Title order={2} size="sm">
            Last lines of the VM's console and logs
          </Title>
          <Code block tabIndex={0} className={classes.lines}>
            {lines.join('\n')}
          </Code>
        </section>
      )}
      <StartButton>{step ? 'Try again' : 'Start VM'}</StartButton>
      {!step && <RestartSwitch />}
    </Notice>
  );
}

/** After a crash: whether the VM restarts the next time. */
function RestartSwitch() {
  const restart = useSettings()?.app.restartMachine ?? false;
  const save = useMutation({
    mutationFn: (restartMachine: boolean) => client.settings.updateApp({ restartMachine }),
  });
  return (
    <Switch
      label="Restart automatically after a crash"
      checked={restart}
      onChange={({ currentTarget }) => save.mutate(currentTarget.checked)}
    />
  );
}

function StartButton({ children }: { readonly children: string }) {
  const start = useMutation({ mutationFn: () => client.machine.start() });
  return (
    <Button
      leftSection={<IconPlayerPlayFilled size={16} />}
      loading={start.isPending}
      onClick={() => start.mutate()}
    >
      {children}
    </Button>
  );
}

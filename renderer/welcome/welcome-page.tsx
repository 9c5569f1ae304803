import { Alert, Button, Loader, Text, Title } from '@mantine/core';
import { IconAnchor, IconArrowRight } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'wouter';
import { client, useMachine } from '../connection/screen.ts';
import { Integrations } from '../desktop/integrations.tsx';
import { Prose } from '../format/prose.tsx';
import { Starters } from '../images/starters.tsx';
import { AcceleratorNote, TurnOnAcceleration } from '../machine/accelerator-note.tsx';
import { BootSteps } from '../machine/boot-steps.tsx';
import { isDown } from '../machine/machine-state.ts';
import { Explanations } from './explanations.tsx';
import classes from './welcome-page.module.css';

/** The first steps: from a stopped VM to a running container. */
export default function WelcomePage() {
  const machine = useMachine();
  const start = useMutation({ mutationFn: () => client.machine.start() });
  if (!machine) return null;
  const { state, step, acceleratorNote } = machine;
  const failure = state === 'failed' ? machine.failure : undefined;
  return (
    <main className={classes.page}>
      <div className={classes.column}>
        <span className={classes.icon} aria-hidden="true">
          <IconAnchor size={34} stroke={1.5} />
        </span>
        {state === 'running' && (
          <>
            <Title order={1}>Run your first container</Title>
            <Text className={classes.text}>
              The VM is running. These two images came with Berth: one click creates a container and
              opens its terminal.
            </Text>
            <Starters names={['busybox', 'hello-world']} />
            <div className={classes.integrations}>
              <Integrations />
            </div>
          </>
        )}
        {state === 'starting' && (
          <>
            <Title order={1}>Starting the VM</Title>
            <BootSteps current={step} />
            <Explanations />
            {acceleratorNote && (
              <Text size="sm" c="var(--quiet)">
                <AcceleratorNote text={acceleratorNote} />
              </Text>
            )}
          </>
        )}
        {(state === 'stopping' || state === 'suspending') && (
          <>
            <Title
              order={1}
            >{`The VM is ${state === 'stopping' ? 'stopping' : 'suspending'}`}</Title>
            <Loader size={22} />
          </>
        )}
        {isDown(state) && (
          <>
            <Title order={1}>Welcome to Berth</Title>
            {failure ? (
              <Alert color="red" variant="light" title={failure.message} ta="left" w="100%">
                {failure.hint && <Prose text={failure.hint} />}
                <TurnOnAcceleration />
              </Alert>
            ) : (
              <Text className={classes.text}>
                Berth runs Linux containers in a small virtual machine (VM) on your Mac or PC. Your
                first container can run in less than a minute.
              </Text>
            )}
            <Button
              size="md"
              autoFocus
              rightSection={<IconArrowRight size={18} />}
              loading={start.isPending}
              onClick={() => start.mutate()}
            >
              {failure ? 'Try again' : 'Start VM'}
            </Button>
          </>
        )}
        <Link to="/containers" className={classes.skip ?? ''}>
          Skip first steps
        </Link>
      </div>
    </main>
  );
}

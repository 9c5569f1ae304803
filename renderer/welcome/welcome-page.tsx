import { Alert, Button, Loader, Text, Title } from '@mantine/core';
import { IconAnchor, IconArrowRight } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from 'wouter';
import { client, useMachine } from '../connection/screen.ts';
import { Integrations } from '../desktop/integrations.tsx';
import { Prose } from '../format/prose.tsx';
import { Starters } from '../images/starters.tsx';
import { BootSteps } from '../machine/boot-steps.tsx';
import { isDown } from '../machine/machine-state.ts';
import { Explanations } from './explanations.tsx';
import classes from './welcome-page.module.css';

/** The first steps: from a machine that is off to a container that runs. */
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
              The machine runs. These two images came with Berth: one click makes a container of
              one, and shows you its terminal.
            </Text>
            <Starters names={['busybox', 'hello-world']} />
            <div className={classes.integrations}>
              <Integrations />
            </div>
          </>
        )}
        {state === 'starting' && (
          <>
            <Title order={1}>Starting the machine</Title>
            <BootSteps current={step} />
            <Explanations />
            {acceleratorNote && (
              <Text size="sm" c="var(--quiet)">
                <Prose text={acceleratorNote} />
              </Text>
            )}
          </>
        )}
        {(state === 'stopping' || state === 'suspending') && (
          <>
            <Title
              order={1}
            >{`The machine is ${state === 'stopping' ? 'stopping' : 'being suspended'}`}</Title>
            <Loader size={22} />
          </>
        )}
        {isDown(state) && (
          <>
            <Title order={1}>Welcome to Berth</Title>
            {failure ? (
              <Alert color="red" variant="light" title={failure.message} ta="left" w="100%">
                {failure.hint && <Prose text={failure.hint} />}
              </Alert>
            ) : (
              <Text className={classes.text}>
                Berth runs Linux containers in a small virtual machine on this computer. In less
                than a minute, the first one runs.
              </Text>
            )}
            <Button
              size="md"
              autoFocus
              rightSection={<IconArrowRight size={18} />}
              loading={start.isPending}
              onClick={() => start.mutate()}
            >
              {failure ? 'Try again' : 'Start the machine'}
            </Button>
          </>
        )}
        <Link to="/containers" className={classes.skip ?? ''}>
          Skip the first steps
        </Link>
      </div>
    </main>
  );
}

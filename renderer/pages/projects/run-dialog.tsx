import {
  Button,
  Checkbox,
  Code,
  Group,
  Loader,
  Modal,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import type { Project } from '../../../electron/api/projects.ts';
import { splitWords } from '../../../guest-agent/grammar/shell-words.ts';
import { DialogForm } from '../../components/dialog-form.tsx';
import classes from './run-dialog.module.css';

// The terminal is large, so it is loaded separately.
const Terminal = lazy(async () => ({
  default: (await import('../../terminal/terminal.tsx')).Terminal,
}));

interface RunDialogProps {
  readonly project: Project;
  readonly service: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

interface Ask {
  readonly command: string;
  readonly noDeps: boolean;
  readonly servicePorts: boolean;
}

/** Runs one command in a new container of a service. Closing the dialog ends the command. */
export function RunDialog({ project, service, opened, onClose }: RunDialogProps) {
  const [ask, setAsk] = useState<Ask>({ command: '', noDeps: false, servicePorts: false });
  const [run, setRun] = useState<number>();
  const close = () => {
    setRun(undefined);
    onClose();
  };
  const isRunning = run !== undefined;
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={`Run a command in ${service}`}
      centered
      size={isRunning ? 860 : 'md'}
      // Programs in a terminal use Escape.
      closeOnEscape={!isRunning}
      closeOnClickOutside={!isRunning}
    >
      {isRunning ? (
        <Stack gap="sm">
          <div className={classes.terminal}>
            <Suspense fallback={<Loader size={24} />}>
              <Terminal
                key={run}
                process={{ kind: 'one-off', files: project.files, service, ...ask }}
                label={`Command in ${service}`}
              />
            </Suspense>
          </div>
          <Group justify="space-between">
            <Text size="sm" c="var(--quiet)">
              Closing this window ends the command and removes its container.
            </Text>
            <Group gap="sm">
              <Button variant="default" onClick={() => setRun(undefined)}>
                Change command
              </Button>
              <Button variant="default" onClick={() => setRun(run + 1)}>
                Run again
              </Button>
            </Group>
          </Group>
        </Stack>
      ) : (
        <CommandForm ask={ask} onChange={setAsk} onRun={() => setRun(1)} onCancel={close} />
      )}
    </Modal>
  );
}

interface CommandFormProps {
  readonly ask: Ask;
  readonly onChange: (ask: Ask) => void;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}

function CommandForm({ ask, onChange, onRun, onCancel }: CommandFormProps) {
  const isUnfinished = splitWords(ask.command) === undefined;
  return (
    <DialogForm action="Run" blocked={isUnfinished} onSubmit={onRun} onCancel={onCancel}>
      <Stack gap="sm">
        <Text size="sm">
          Berth runs the command in a new container with the service's settings, and removes the
          container when the command exits. This is <Code>berth compose run --rm</Code>.
        </Text>
        <TextInput
          label="Command"
          description="Empty: the service's own command"
          placeholder="e.g. npm test"
          classNames={{ input: classes.command ?? '' }}
          value={ask.command}
          error={isUnfinished && 'Close the quote.'}
          data-autofocus
          onChange={({ currentTarget }) => onChange({ ...ask, command: currentTarget.value })}
        />
        <Checkbox
          label="Start the services that this service depends on"
          checked={!ask.noDeps}
          onChange={({ currentTarget }) => onChange({ ...ask, noDeps: !currentTarget.checked })}
        />
        <Checkbox
          label="Publish the service's ports"
          description="Only works while no other container publishes them."
          checked={ask.servicePorts}
          onChange={({ currentTarget }) =>
            onChange({ ...ask, servicePorts: currentTarget.checked })
          }
        />
      </Stack>
    </DialogForm>
  );
}

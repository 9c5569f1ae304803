import {
  Accordion,
  Alert,
  Autocomplete,
  Button,
  Checkbox,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { type FieldsProps, newRow } from './fields.ts';
import moreClasses from './more-fields.module.css';
import classes from './section.module.css';
import { VariableRows } from './variable-rows.tsx';

const RESTARTS = [
  { value: 'no', label: 'Never' },
  { value: 'on-failure', label: 'On failure' },
  { value: 'unless-stopped', label: 'Unless stopped' },
  { value: 'always', label: 'Always' },
];

const LIMITS = [
  ['memory', 'Memory', 'MiB'],
  ['cpus', 'CPUs', 'e.g. 1.5'],
  ['pids', 'Processes', ''],
  ['diskRead', 'Disk read limit', 'MiB/s'],
  ['diskWrite', 'Disk write limit', 'MiB/s'],
  ['networkOut', 'Network send limit', 'Mbit/s'],
  ['networkIn', 'Network receive limit', 'Mbit/s'],
] as const;

/** The group that a field is folded into. */
const FOLD_OF = new Map<string, string>([
  ...LIMITS.map(([field]) => [field, 'limits'] as const),
  ...['restart', 'restartCount', 'network', 'hostname'].map((field) => [field, 'network'] as const),
  ...['user', 'workdir'].map((field) => [field, 'process'] as const),
  ['labels', 'labels'],
]);

/** Rarely used options, folded. */
export function MoreFields(props: FieldsProps) {
  const [opened, setOpened] = useState<readonly string[]>([]);
  // A group with a problem is unfolded.
  const wrong = Object.keys(props.form.errors).flatMap(
    (path) => FOLD_OF.get(path.split('.')[0] ?? '') ?? [],
  );
  return (
    <Accordion
      multiple
      variant="default"
      className={moreClasses.folds ?? ''}
      order={2}
      value={[...new Set([...opened, ...wrong])]}
      onChange={setOpened}
    >
      <Accordion.Item value="limits">
        <Accordion.Control>Limits</Accordion.Control>
        <Accordion.Panel>
          <LimitFields {...props} />
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="network">
        <Accordion.Control>Restart and network</Accordion.Control>
        <Accordion.Panel>
          <NetworkFields {...props} />
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="process">
        <Accordion.Control>Process and security</Accordion.Control>
        <Accordion.Panel>
          <ProcessFields {...props} />
        </Accordion.Panel>
      </Accordion.Item>
      <Accordion.Item value="labels">
        <Accordion.Control>Labels</Accordion.Control>
        <Accordion.Panel>
          <Stack gap={10}>
            <VariableRows form={props.form} list="labels" what="label" />
            <Button
              size="compact-sm"
              variant="default"
              w="fit-content"
              leftSection={<IconPlus size={14} />}
              onClick={() => props.form.insertListItem('labels', newRow({ name: '', value: '' }))}
            >
              Add label
            </Button>
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  );
}

function LimitFields({ form }: FieldsProps) {
  return (
    <div className={classes.grid}>
      {LIMITS.map(([field, label, unit]) => (
        <TextInput
          key={field}
          label={
            <>
              {label}
              {unit && <span className={moreClasses.unit}>, {unit}</span>}
            </>
          }
          placeholder="No limit"
          inputMode="decimal"
          {...form.getInputProps(field)}
        />
      ))}
    </div>
  );
}

function NetworkFields({ form, suggestions }: FieldsProps) {
  return (
    <div className={classes.grid}>
      <Select
        label="Restart policy"
        data={RESTARTS}
        allowDeselect={false}
        {...form.getInputProps('restart')}
      />
      {form.values.restart === 'on-failure' && (
        <TextInput
          label="Maximum retries"
          placeholder="Unlimited"
          inputMode="numeric"
          {...form.getInputProps('restartCount')}
        />
      )}
      <Autocomplete
        label="Network"
        placeholder="Default: bridge"
        data={suggestions.networkNames}
        {...form.getInputProps('network')}
      />
      <TextInput
        label="Host name"
        placeholder="Default: container ID"
        spellCheck={false}
        {...form.getInputProps('hostname')}
      />
    </div>
  );
}

function ProcessFields({ form, suggestions }: FieldsProps) {
  const check = (field: 'readOnly' | 'init' | 'privileged', label: string, about: string) => (
    <Checkbox
      size="xs"
      label={label}
      description={about}
      {...form.getInputProps(field, { type: 'checkbox' })}
    />
  );
  return (
    <Stack gap="md">
      <div className={classes.grid}>
        <TextInput
          label="User"
          placeholder={suggestions.user || 'root'}
          spellCheck={false}
          {...form.getInputProps('user')}
        />
        <TextInput
          label="Working directory"
          placeholder={suggestions.workdir || '/'}
          spellCheck={false}
          {...form.getInputProps('workdir')}
        />
      </div>
      {check('init', 'Run an init process', 'Forwards signals and reaps processes')}
      {check(
        'readOnly',
        'Read-only root file system',
        'The container can write only to its volumes and shared folders',
      )}
      {check('privileged', 'Privileged', 'All capabilities and devices of the VM')}
      {form.values.privileged && (
        <Alert color="red" variant="light" p="sm" role="note">
          <Text size="sm">
            A privileged container can do everything that the VM can. It can read and change every
            other container and every shared folder. Use privileged mode only for images that you
            trust with your files.
          </Text>
        </Alert>
      )}
    </Stack>
  );
}

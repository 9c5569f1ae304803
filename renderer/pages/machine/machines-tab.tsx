import { Badge, Button, Group, Loader, Text } from '@mantine/core';
import {
  IconPlayerPlayFilled,
  IconPlayerStopFilled,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import type { ListedMachine } from '../../../electron/api/machines.ts';
import { startActivity } from '../../activity/activity.ts';
import { confirmLoss } from '../../components/confirm.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { State } from '../../components/state-dot.tsx';
import { client } from '../../connection/screen.ts';
import { showMachine } from '../../connection/shown-machine.ts';
import { isDown, stateWords, toneOf } from '../../machine/machine-state.ts';
import { refreshMachines, useMachines } from '../../machine/use-machines.ts';
import { openNewMachine } from './new-machine.tsx';

const icon = { size: 17, stroke: 1.75 };

const gibibytes = (mebibytes: number) => `${Number((mebibytes / 1024).toFixed(2))} GiB`;

const COLUMNS: readonly ListColumn<ListedMachine>[] = [
  {
    title: 'Name',
    sortBy: ({ name }) => name,
    cell: ({ name, isShown }) => (
      <Group gap="xs" wrap="nowrap">
        <Text size="sm" fw={500} truncate title={name}>
          {name}
        </Text>
        {isShown && (
          <Badge size="sm" variant="light" color="gray" tt="none" flex="none">
            shown here
          </Badge>
        )}
      </Group>
    ),
  },
  {
    title: 'State',
    width: '130px',
    sortBy: ({ state }) => state,
    cell: (machine) => <State tone={toneOf(machine)} text={stateWords(machine.state)} />,
  },
  { title: 'CPUs', width: '70px', sortBy: ({ cpus }) => cpus, cell: ({ cpus }) => cpus },
  {
    title: 'Memory',
    width: '90px',
    sortBy: ({ memoryMiB }) => memoryMiB,
    cell: ({ memoryMiB }) => gibibytes(memoryMiB),
  },
  {
    title: 'Disk',
    width: '100px',
    needsRoom: true,
    sortBy: ({ diskGiB }) => diskGiB,
    cell: ({ diskGiB }) => `${diskGiB} GiB`,
  },
];

/** All VMs of the user. A VM has its own containers, images and volumes. */
export function MachinesTab() {
  const machines = useMachines();
  if (!machines) return <Loader size={24} />;
  return (
    <>
      <Group justify="space-between" mb="md" wrap="nowrap">
        <Text size="sm" c="var(--quiet)">
          Each VM has its own containers, images and volumes.
        </Text>
        <Button flex="none" leftSection={<IconPlus size={16} />} onClick={openNewMachine}>
          New VM…
        </Button>
      </Group>
      <ListTable
        label="VMs"
        rows={machines}
        columns={COLUMNS}
        rowId={({ name }) => name}
        rowName={({ name }) => name}
        actionsWidth="190px"
        actions={(machine) => <Actions machine={machine} />}
      />
    </>
  );
}

function Actions({ machine }: { readonly machine: ListedMachine }) {
  const { name, state, isShown, isDefault } = machine;
  return (
    <Group gap={2} justify="flex-end" wrap="nowrap">
      {!isShown && (
        <Button size="compact-sm" variant="default" mr={4} onClick={() => showMachine(name)}>
          Switch to
        </Button>
      )}
      {isDown(state) && (
        <IconButton
          label={`Start ${name}`}
          tooltip="Start"
          icon={<IconPlayerPlayFilled size={15} />}
          onClick={() => void end(`Starting ${name}`, () => client.machines.start({ name }))}
        />
      )}
      {state === 'running' && (
        <IconButton
          label={`Stop ${name}`}
          tooltip="Stop"
          icon={<IconPlayerStopFilled size={15} />}
          onClick={() => askStop(name)}
        />
      )}
      <IconButton
        label={`Remove ${name}`}
        tooltip="Remove"
        icon={<IconTrash {...icon} />}
        unavailable={
          isDefault
            ? "The default VM can't be removed"
            : isShown
              ? 'Switch to another VM first'
              : undefined
        }
        onClick={() => askRemoval(name)}
      />
    </Group>
  );
}

const end = (title: string, run: () => Promise<void>) =>
  startActivity({
    title,
    done: () => 'Done',
    run: async () => {
      await run();
      await refreshMachines();
    },
  });

const askStop = (name: string) =>
  confirmLoss({
    title: `Stop the VM ${name}?`,
    children: 'Its containers are stopped. Their files and volumes stay.',
    action: 'Stop VM',
    onConfirm: () => void end(`Stopping ${name}`, () => client.machines.stop({ name })),
  });

const askRemoval = (name: string) =>
  confirmLoss({
    title: `Remove the VM ${name}?`,
    children: "All of its containers, images and volumes are deleted. This can't be undone.",
    action: 'Remove VM',
    onConfirm: () => void end(`Removing ${name}`, () => client.machines.remove({ name })),
  });

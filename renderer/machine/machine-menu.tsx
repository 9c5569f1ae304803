import { ActionIcon, Loader, Menu } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { showMachine } from '../connection/shown-machine.ts';
import { useMachines } from './use-machines.ts';

const icon = { size: 16, stroke: 1.75 };

/** Switches the window to another VM. */
export function MachineMenu() {
  const [opened, setOpened] = useState(false);
  const machines = useMachines(opened);
  return (
    <Menu position="top-end" width={200} opened={opened} onChange={setOpened}>
      <Menu.Target>
        <ActionIcon aria-label="Switch VM">
          <IconSelector {...icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>VMs</Menu.Label>
        {!machines && <Loader size={16} m="xs" />}
        {machines?.map(({ name, isShown }) => (
          <Menu.Item
            key={name}
            rightSection={isShown && <IconCheck {...icon} aria-label="Shown" />}
            onClick={() => !isShown && showMachine(name)}
          >
            {name}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item component={Link} href="/machine/all">
          All VMs…
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

import { Select, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Network } from '../../../electron/api/networks.ts';
import { DialogForm } from '../../components/dialog-form.tsx';
import { client, useContainers } from '../../connection/screen.ts';

/** Asks which container to connect to a network. */
export function openConnectDialog(network: Network): void {
  const id = modals.open({
    title: `Connect a container to ${network.name}`,
    children: <ConnectForm network={network} onClose={() => modals.close(id)} />,
  });
}

interface ConnectFormProps {
  readonly network: Network;
  readonly onClose: () => void;
}

function ConnectForm({ network, onClose }: ConnectFormProps) {
  const containers = useContainers();
  const [container, setContainer] = useState<string | null>(null);
  const [aliases, setAliases] = useState('');
  const [address, setAddress] = useState('');
  const isMember = (id: string) => network.members.some((member) => member.id === id);
  const others = (containers ?? []).filter(({ id }) => !isMember(id));
  const placeholder = containers ? 'All containers are connected' : 'Loading…';
  const connect = useMutation({
    mutationFn: () =>
      client.networks.connect({
        id: network.id,
        container: container ?? '',
        aliases: aliases.split(/[\s,]+/).filter(Boolean),
        ...(address.trim() ? { address: address.trim() } : {}),
      }),
    onSuccess: onClose,
  });
  return (
    <DialogForm
      action="Connect container"
      blocked={container === null}
      pending={connect.isPending}
      onSubmit={() => connect.mutate()}
      onCancel={onClose}
    >
      <Stack gap="md">
        <Select
          label="Container"
          placeholder={others.length > 0 ? 'Choose a container' : placeholder}
          data-autofocus
          searchable
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          value={container}
          onChange={setContainer}
        />
        <TextInput
          label="Aliases"
          description="More names for the container on this network, separated by spaces"
          value={aliases}
          spellCheck={false}
          onChange={({ currentTarget }) => setAliases(currentTarget.value)}
        />
        <TextInput
          label="IP address"
          description="Optional; assigned if empty. Needs a network with a subnet that you chose"
          placeholder={network.subnets[0]?.subnet ?? ''}
          value={address}
          spellCheck={false}
          onChange={({ currentTarget }) => setAddress(currentTarget.value)}
        />
      </Stack>
    </DialogForm>
  );
}

import { Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { DialogForm } from '../../components/dialog-form.tsx';
import { client, useNetworks } from '../../connection/screen.ts';

/** Asks what a new network is to be. */
export function openCreateDialog(): void {
  const id = modals.open({
    title: 'New network',
    children: <CreateForm onClose={() => modals.close(id)} />,
  });
}

function CreateForm({ onClose }: { readonly onClose: () => void }) {
  const networks = useNetworks();
  const [name, setName] = useState('');
  const [subnet, setSubnet] = useState('');
  const [gateway, setGateway] = useState('');
  const [internal, setInternal] = useState(false);
  const [ipv6, setIpv6] = useState(false);
  const fault = networks?.some((network) => network.name === name)
    ? 'There is a network of this name already.'
    : undefined;
  const create = useMutation({
    mutationFn: () =>
      client.networks.create({
        ...{ name: name.trim(), driver: 'bridge', internal, ipv6 },
        ...(subnet.trim() ? { subnet: subnet.trim() } : {}),
        ...(gateway.trim() ? { gateway: gateway.trim() } : {}),
      }),
    onSuccess: onClose,
  });
  return (
    <DialogForm
      action="Create"
      blocked={name.trim() === '' || fault !== undefined}
      pending={create.isPending}
      onSubmit={() => create.mutate()}
      onCancel={onClose}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Containers on it find each other by their names"
          data-autofocus
          value={name}
          spellCheck={false}
          autoComplete="off"
          error={fault}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Group grow align="flex-start">
          <TextInput
            label="Subnet"
            description="Chosen for you where left out"
            placeholder="10.10.0.0/24"
            value={subnet}
            spellCheck={false}
            onChange={({ currentTarget }) => setSubnet(currentTarget.value)}
          />
          <TextInput
            label="Gateway"
            description="Needs a subnet"
            placeholder="10.10.0.1"
            value={gateway}
            spellCheck={false}
            disabled={subnet.trim() === ''}
            onChange={({ currentTarget }) => setGateway(currentTarget.value)}
          />
        </Group>
        <Checkbox
          label="Internal"
          description="Its containers reach each other, and nothing outside"
          checked={internal}
          onChange={({ currentTarget }) => setInternal(currentTarget.checked)}
        />
        <Checkbox
          label="IPv6"
          description="Its containers get addresses of both kinds"
          checked={ipv6}
          onChange={({ currentTarget }) => setIpv6(currentTarget.checked)}
        />
      </Stack>
    </DialogForm>
  );
}

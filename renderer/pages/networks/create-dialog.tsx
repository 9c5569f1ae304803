import { Checkbox, Group, Stack, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { DialogForm } from '../../components/dialog-form.tsx';
import { client, useNetworks } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';

/** Asks for the properties of a new network. */
export function openCreateDialog(): void {
  const id = modals.open({
    title: 'New network',
    children: <CreateForm onClose={() => modals.close(id)} />,
  });
}

function CreateForm({ onClose }: { readonly onClose: () => void }) {
  const networks = useNetworks();
  const draft = useDraftState({
    key: 'new network',
    initial: { name: '', subnet: '', gateway: '', internal: false, ipv6: false },
  });
  const { name, subnet, gateway, internal, ipv6 } = draft.value;
  const change = (fields: Partial<typeof draft.value>) => draft.set({ ...draft.value, ...fields });
  const leave = () => {
    draft.forget();
    onClose();
  };
  const fault = networks?.some((network) => network.name === name)
    ? 'A network with this name already exists.'
    : undefined;
  const create = useMutation({
    mutationFn: () =>
      client.networks.create({
        ...{ name: name.trim(), driver: 'bridge', internal, ipv6 },
        ...(subnet.trim() ? { subnet: subnet.trim() } : {}),
        ...(gateway.trim() ? { gateway: gateway.trim() } : {}),
      }),
    onSuccess: leave,
  });
  return (
    <DialogForm
      action="Create network"
      blocked={name.trim() === '' || fault !== undefined}
      pending={create.isPending}
      onSubmit={() => create.mutate()}
      onCancel={leave}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Containers on this network find each other by name"
          data-autofocus
          value={name}
          spellCheck={false}
          autoComplete="off"
          error={fault}
          onChange={({ currentTarget }) => change({ name: currentTarget.value })}
        />
        <Group grow align="flex-start">
          <TextInput
            label="Subnet"
            description="Optional; assigned if empty"
            placeholder="10.10.0.0/24"
            value={subnet}
            spellCheck={false}
            onChange={({ currentTarget }) => change({ subnet: currentTarget.value })}
          />
          <TextInput
            label="Gateway"
            description="Needs a subnet"
            placeholder="10.10.0.1"
            value={gateway}
            spellCheck={false}
            disabled={subnet.trim() === ''}
            onChange={({ currentTarget }) => change({ gateway: currentTarget.value })}
          />
        </Group>
        <Checkbox
          label="Internal"
          description="Containers reach each other, but nothing outside"
          checked={internal}
          onChange={({ currentTarget }) => change({ internal: currentTarget.checked })}
        />
        <Checkbox
          label="IPv6"
          description="Containers get IPv4 and IPv6 addresses"
          checked={ipv6}
          onChange={({ currentTarget }) => change({ ipv6: currentTarget.checked })}
        />
      </Stack>
    </DialogForm>
  );
}

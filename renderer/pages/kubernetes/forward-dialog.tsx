import { Anchor, Autocomplete, NumberInput, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { KubeRef } from '../../../electron/api/kube/place.ts';
import type { PortForward } from '../../../electron/api/kube/services.ts';
import { DialogForm } from '../../components/dialog-form.tsx';
import { client } from '../../connection/screen.ts';

/** Asks for the ports, and forwards one. `ports` are those that the object names. */
export function openForward(object: KubeRef, ports: readonly string[]): void {
  const id = modals.open({
    title: `Forward a port to ${object.name}`,
    size: 'sm',
    children: <ForwardForm object={object} ports={ports} onDone={() => modals.close(id)} />,
  });
}

/** Forwards any free port, and shows its address. */
export async function startForward(
  request: KubeRef & { readonly remote: string; readonly local?: number },
): Promise<PortForward> {
  const forward = await client.kube.forwards.start(request);
  const { port, name, remote } = forward;
  notifications.show({
    title: `Port ${port} leads to ${name}:${remote}`,
    message: (
      <Anchor href={`http://localhost:${port}`} target="_blank" rel="noreferrer" size="sm">
        Open localhost:{port}
      </Anchor>
    ),
  });
  return forward;
}

interface ForwardFormProps {
  readonly object: KubeRef;
  readonly ports: readonly string[];
  readonly onDone: () => void;
}

function ForwardForm({ object, ports, onDone }: ForwardFormProps) {
  const [remote, setRemote] = useState(ports[0] ?? '');
  const [local, setLocal] = useState<string | number>('');
  const { mutate, isPending } = useMutation({
    mutationFn: () =>
      startForward({ ...object, remote, ...(typeof local === 'number' && { local }) }),
    onSuccess: onDone,
  });
  return (
    <DialogForm
      action="Forward"
      blocked={remote.trim() === ''}
      pending={isPending}
      onSubmit={() => mutate()}
      onCancel={onDone}
    >
      <Stack gap="sm">
        <Autocomplete
          label={object.kind === 'Service' ? 'Port of the Service' : 'Port of the pod'}
          placeholder="e.g. 8080"
          data={[...ports]}
          value={remote}
          data-autofocus
          onChange={setRemote}
        />
        <NumberInput
          label="Port on this host"
          placeholder="Any free port"
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          value={local}
          onChange={setLocal}
        />
        <Text size="sm" c="var(--quiet)">
          Only programs on this host can use the port, until you stop it or quit Berth.
        </Text>
      </Stack>
    </DialogForm>
  );
}

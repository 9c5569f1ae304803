import { NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DialogForm } from '../../components/dialog-form.tsx';
import { client } from '../../connection/screen.ts';
import { createCluster } from './run-cluster.ts';

/** Asks for a cluster's name and settings, and creates it. `taken` are the names of others. */
export function openCreateCluster(taken: readonly string[]): void {
  const id = modals.open({
    title: 'Create a local cluster',
    size: 'md',
    children: <CreateForm taken={taken} onDone={() => modals.close(id)} />,
  });
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;

function problemOf(name: string, taken: readonly string[]): string | undefined {
  if (taken.includes(name)) return `Cluster ${name} already exists`;
  if (name === '' || NAME.test(name)) return undefined;
  return 'Use at most 40 lowercase letters, digits and hyphens';
}

interface CreateFormProps {
  readonly taken: readonly string[];
  readonly onDone: () => void;
}

function CreateForm({ taken, onDone }: CreateFormProps) {
  const [name, setName] = useState(taken.includes('default') ? '' : 'default');
  const [image, setImage] = useState('');
  const [port, setPort] = useState<string | number>('');
  const [flags, setFlags] = useState('');
  const { data: defaultImage = '' } = useQuery({
    queryKey: ['kube-cluster-image'],
    queryFn: () => client.kube.clusters.defaultImage(),
    networkMode: 'always',
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problem = problemOf(name, taken);
  return (
    <DialogForm
      action="Create cluster"
      blocked={name === '' || problem !== undefined}
      onSubmit={() => {
        onDone();
        void createCluster({
          name,
          flags: flags.split(/\s+/).filter(Boolean),
          ...(image !== '' && { image }),
          ...(typeof port === 'number' && { port }),
        });
      }}
      onCancel={onDone}
    >
      <Stack gap="sm">
        <TextInput
          label="Name"
          placeholder="e.g. dev"
          value={name}
          error={problem}
          spellCheck={false}
          data-autofocus
          onChange={({ currentTarget }) => setName(currentTarget.value.trim())}
        />
        <TextInput
          label="Image"
          description="Another image of k3s, for another version of Kubernetes"
          placeholder={defaultImage}
          value={image}
          spellCheck={false}
          onChange={({ currentTarget }) => setImage(currentTarget.value.trim())}
        />
        <NumberInput
          label="Port of the API on this host"
          placeholder="Any free port"
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          value={port}
          onChange={setPort}
        />
        <TextInput
          label="Flags of k3s server"
          placeholder="e.g. --disable=traefik"
          value={flags}
          spellCheck={false}
          onChange={({ currentTarget }) => setFlags(currentTarget.value)}
        />
        <Text size="sm" c="var(--quiet)">
          The cluster runs in a privileged container, which can control the VM.
        </Text>
      </Stack>
    </DialogForm>
  );
}

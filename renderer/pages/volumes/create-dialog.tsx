import { Select, Textarea, TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { DialogForm } from '../../components/dialog-form.tsx';
import { client } from '../../connection/screen.ts';
import { useDraftState } from '../../drafts/use-draft-state.ts';
import { choosePath } from '../../local-files/choose-path.tsx';
import { importVolume } from './actions.tsx';
import { NameField, useVolumeNameFault } from './name-field.tsx';
import { parseLabels } from './parse-labels.ts';

/** Asks for the properties of a new volume. */
export function openCreateDialog(): void {
  const id = modals.open({
    title: 'New volume',
    children: <CreateForm onClose={() => modals.close(id)} />,
  });
}

const KINDS = [
  { value: 'disk', label: 'On the VM’s disk' },
  { value: 'memory', label: 'In memory: emptied when no container uses it' },
];

function CreateForm({ onClose }: { readonly onClose: () => void }) {
  const draft = useDraftState({
    key: 'new volume',
    initial: { name: '', kind: 'disk', size: '', labels: '' },
  });
  const { name, kind, size, labels } = draft.value;
  const change = (fields: Partial<typeof draft.value>) => draft.set({ ...draft.value, ...fields });
  const leave = () => {
    draft.forget();
    onClose();
  };
  const fault = useVolumeNameFault(name);
  const parsed = parseLabels(labels);
  const sizeFault = size !== '' && !/^\d+[kmg%]?$/i.test(size) && 'e.g. 64m or 1g';
  const create = useMutation({
    mutationFn: () =>
      client.volumes.create({
        name,
        labels: parsed.labels,
        options:
          kind === 'memory'
            ? { type: 'tmpfs', device: 'tmpfs', ...(size ? { o: `size=${size}` } : {}) }
            : {},
      }),
    onSuccess: leave,
  });
  return (
    <DialogForm
      action="Create volume"
      blocked={fault !== undefined || parsed.fault !== undefined || sizeFault !== false}
      pending={create.isPending}
      onSubmit={() => create.mutate()}
      onCancel={leave}
    >
      <NameField value={name} onChange={(text) => change({ name: text })} />
      <Select
        label="Storage"
        mt="md"
        data={KINDS}
        value={kind}
        allowDeselect={false}
        onChange={(value) => change({ kind: value ?? 'disk' })}
      />
      {kind === 'memory' && (
        <TextInput
          label="Maximum size"
          description="Optional; half of the VM’s memory if empty"
          placeholder="64m"
          mt="md"
          value={size}
          error={sizeFault}
          onChange={({ currentTarget }) => change({ size: currentTarget.value })}
        />
      )}
      <Textarea
        label="Labels"
        description="One per line: name=value"
        mt="md"
        rows={3}
        spellCheck={false}
        value={labels}
        error={parsed.fault}
        onChange={({ currentTarget }) => change({ labels: currentTarget.value })}
      />
    </DialogForm>
  );
}

/** Asks for an archive, and for the name of the new volume. */
export async function importNew(): Promise<void> {
  const from = await choosePath({ kind: 'file', title: 'Import a volume from an archive' });
  if (from === undefined) return;
  const file = from.split(/[/\\]/).at(-1) ?? '';
  const id = modals.open({
    title: `Import ${file}`,
    size: 'sm',
    children: (
      <ImportForm
        name={file.replace(/\.(tar|tgz|tar\.\w+)$/i, '').replace(/[^\w.-]/g, '-')}
        onClose={() => modals.close(id)}
        onName={(name) => void importVolume(name, from, true)}
      />
    ),
  });
}

interface ImportFormProps {
  readonly name: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

function ImportForm({ name: first, onName, onClose }: ImportFormProps) {
  const [name, setName] = useState(first);
  const fault = useVolumeNameFault(name);
  return (
    <DialogForm
      action="Import volume"
      blocked={fault !== undefined}
      onSubmit={() => {
        onClose();
        onName(name);
      }}
      onCancel={onClose}
    >
      <NameField value={name} onChange={setName} />
    </DialogForm>
  );
}

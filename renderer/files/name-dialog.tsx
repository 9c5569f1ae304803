import { TextInput } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { DialogForm } from '../components/dialog-form.tsx';
import { faultOfName } from './paths.ts';

interface NameDialog {
  readonly title: string;
  /** The button's label. */
  readonly action: string;
  readonly name?: string;
  /** The dialog stays open when it fails. */
  readonly onName: (name: string) => Promise<unknown>;
}

/** Asks for the name of a file or folder. */
export function askName({ title, ...form }: NameDialog): void {
  const id = modals.open({
    title,
    size: 'sm',
    children: <NameForm {...form} onClose={() => modals.close(id)} />,
  });
}

function NameForm({
  action,
  name: first = '',
  onName,
  onClose,
}: Omit<NameDialog, 'title'> & { readonly onClose: () => void }) {
  const [name, setName] = useState(first);
  const submit = useMutation({ mutationFn: () => onName(name), onSuccess: onClose });
  const fault = faultOfName(name);
  return (
    <DialogForm
      action={action}
      blocked={fault !== undefined}
      pending={submit.isPending}
      onSubmit={() => submit.mutate()}
      onCancel={onClose}
    >
      <TextInput
        aria-label="Name"
        data-autofocus
        value={name}
        spellCheck={false}
        autoComplete="off"
        error={name !== '' && fault}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
      />
    </DialogForm>
  );
}

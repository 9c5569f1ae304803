import { TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { DialogForm } from '../components/dialog-form.tsx';

export interface OneFieldForm {
  readonly title: string;
  readonly label: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly value: string;
  /** The button's label. */
  readonly action: string;
  /** What is wrong with the value, for people; null when it is valid. */
  readonly check: (value: string) => string | null;
  /** The dialog stays open when this fails. */
  readonly submit: (value: string) => Promise<void>;
}

/** Asks for a text in a dialog and passes it on. */
export function askForText(form: OneFieldForm): void {
  const id = modals.open({
    title: form.title,
    size: 'sm',
    children: <Fields {...form} onDone={() => modals.close(id)} />,
  });
}

function Fields(props: OneFieldForm & { readonly onDone: () => void }) {
  const { label, description, placeholder, action, value, check, submit, onDone } = props;
  const form = useForm({ initialValues: { text: value }, validate: { text: check } });
  const { mutate, isPending } = useMutation({ mutationFn: submit, onSuccess: onDone });
  return (
    <DialogForm
      action={action}
      pending={isPending}
      onSubmit={form.onSubmit(({ text }) => mutate(text))}
      onCancel={onDone}
    >
      <TextInput
        label={label}
        description={description}
        placeholder={placeholder}
        data-autofocus
        {...form.getInputProps('text')}
      />
    </DialogForm>
  );
}

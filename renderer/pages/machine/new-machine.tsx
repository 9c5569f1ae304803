import { NumberInput, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { DialogForm } from '../../components/dialog-form.tsx';
import { client } from '../../connection/screen.ts';
import { refreshMachines } from '../../machine/use-machines.ts';

/** Asks for the name and the sizes of a new VM, and creates it. */
export function openNewMachine(): void {
  const id = modals.open({
    title: 'New VM',
    size: 'sm',
    children: <NewMachine onDone={() => modals.close(id)} />,
  });
}

/** Empty number fields hold an empty text. */
type Field = number | '';

function NewMachine({ onDone }: { readonly onDone: () => void }) {
  const form = useForm({
    initialValues: { name: '', cpus: '' as Field, memory: '' as Field, disk: '' as Field },
    validate: {
      name: (name) =>
        /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(name)
          ? null
          : 'Use up to 32 lowercase letters, digits and hyphens, without a hyphen at the ends.',
    },
  });
  const { mutate, isPending } = useMutation({
    async mutationFn() {
      const { name, cpus, memory, disk } = form.values;
      await client.machines.create({
        name,
        ...(cpus !== '' && { cpus }),
        ...(memory !== '' && { memoryMiB: Math.round(memory * 1024) }),
        ...(disk !== '' && { diskGiB: disk }),
      });
      await refreshMachines();
    },
    onSuccess: onDone,
  });
  const usual = 'As in the settings';
  return (
    <DialogForm
      action="Create VM"
      pending={isPending}
      onSubmit={form.onSubmit(() => mutate())}
      onCancel={onDone}
    >
      <Stack gap="md">
        <TextInput
          label="Name"
          placeholder="e.g. work"
          spellCheck={false}
          data-autofocus
          {...form.getInputProps('name')}
        />
        <NumberInput
          label="CPUs"
          placeholder={usual}
          {...{ min: 1, allowDecimal: false }}
          {...form.getInputProps('cpus')}
        />
        <NumberInput
          label="Memory (GiB)"
          placeholder={usual}
          {...{ min: 0.5, step: 0.5, decimalScale: 2 }}
          {...form.getInputProps('memory')}
        />
        <NumberInput
          label="Disk (GiB)"
          description="The largest size. The disk takes space only as it fills."
          placeholder={usual}
          {...{ min: 4, step: 8, allowDecimal: false }}
          {...form.getInputProps('disk')}
        />
      </Stack>
    </DialogForm>
  );
}

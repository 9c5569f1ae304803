import { NumberInput, Select, Stack, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import type { ContainerDetails } from '../../electron/api/container-details.ts';
import type { Container, Limits } from '../../electron/api/containers.ts';
import { DialogForm } from '../components/dialog-form.tsx';
import { client, useMachine } from '../connection/screen.ts';

const MIB = 1024 * 1024;

const POLICIES = [
  { value: 'no', label: 'Never' },
  { value: 'on-failure', label: 'On failure' },
  { value: 'unless-stopped', label: 'Unless stopped' },
  { value: 'always', label: 'Always' },
] as const;

/** Changes a container's resource limits while it runs. */
export async function openLimits(container: Container): Promise<void> {
  const { limits } = await client.containers.inspect({ id: container.id });
  const id = modals.open({
    title: `Limits of ${container.name}`,
    size: 'sm',
    children: <LimitsForm container={container} limits={limits} onDone={() => modals.close(id)} />,
  });
}

interface LimitsFormProps {
  readonly container: Container;
  readonly limits: ContainerDetails['limits'];
  readonly onDone: () => void;
}

/** Empty number fields hold an empty text. */
type Field = number | '';

function LimitsForm({ container: { id, name }, limits, onDone }: LimitsFormProps) {
  const machine = useMachine();
  const form = useForm({
    initialValues: {
      cpus: (limits.cpus ?? '') as Field,
      memory: (limits.memory === undefined ? '' : Math.round(limits.memory / MIB)) as Field,
      pids: (limits.pids ?? '') as Field,
      policy: limits.restart.policy,
      retries: limits.restart.retries as Field,
    },
  });
  const { mutate, isPending } = useMutation({
    mutationFn: () => client.containers.limit({ id, limits: changes(form.values, limits) }),
    onSuccess: ({ warnings }) => {
      onDone();
      const message = warnings.join('\n') || `The limits of ${name} were changed`;
      notifications.show({ message, autoClose: warnings.length > 0 ? 12_000 : 2500 });
    },
  });
  const { cpus = 1, memoryMiB = 0 } = machine ?? {};
  return (
    <DialogForm
      action="Change limits"
      pending={isPending}
      onSubmit={form.onSubmit(() => mutate())}
      onCancel={onDone}
    >
      <Stack gap="md">
        <NumberInput
          label="CPUs"
          description={`The VM has ${cpus}.`}
          placeholder="No limit"
          {...{ min: 0.01, max: cpus, step: 0.5, decimalScale: 2 }}
          {...form.getInputProps('cpus')}
        />
        <NumberInput
          label="Memory (MiB)"
          description={`The VM has ${memoryMiB}.`}
          placeholder="No limit"
          {...{ min: 6, step: 64, allowDecimal: false }}
          {...form.getInputProps('memory')}
        />
        <NumberInput
          label="Processes"
          placeholder="No limit"
          {...{ min: 1, step: 10, allowDecimal: false }}
          {...form.getInputProps('pids')}
        />
        <Select
          label="Restart policy"
          data={POLICIES}
          allowDeselect={false}
          {...form.getInputProps('policy')}
        />
        {form.values.policy === 'on-failure' && (
          <NumberInput
            label="Maximum retries"
            placeholder="Unlimited"
            {...{ min: 0, allowDecimal: false }}
            {...form.getInputProps('retries')}
          />
        )}
        <Text size="xs" c="var(--quiet)">
          Changes take effect at once, even while the container runs.
        </Text>
      </Stack>
    </DialogForm>
  );
}

interface Values {
  readonly cpus: Field;
  readonly memory: Field;
  readonly pids: Field;
  readonly policy: ContainerDetails['limits']['restart']['policy'];
  readonly retries: Field;
}

/** Only changed fields: an untouched limit isn't rounded. */
function changes(values: Values, before: ContainerDetails['limits']): Limits {
  const cpus = values.cpus === '' ? undefined : values.cpus;
  const mebibytes = values.memory === '' ? undefined : values.memory;
  const knownMebibytes = before.memory === undefined ? undefined : Math.round(before.memory / MIB);
  const pids = values.pids === '' ? undefined : values.pids;
  const restart = { policy: values.policy, retries: values.retries || 0 };
  const { policy, retries } = before.restart;
  return {
    ...(cpus === before.cpus ? {} : { cpus: cpus ?? null }),
    ...(mebibytes === knownMebibytes ? {} : { memory: mebibytes ? mebibytes * MIB : null }),
    ...(pids === before.pids ? {} : { pids: pids ?? null }),
    ...(restart.policy === policy && restart.retries === retries ? {} : { restart }),
  };
}

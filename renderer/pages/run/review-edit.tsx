import { Button, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import type { Container, ContainerEdit } from '../../../electron/api/containers.ts';
import { startActivity } from '../../activity/activity.ts';
import { DiffView } from '../../components/diff-view.tsx';
import { client } from '../../connection/screen.ts';
import { followRenewal } from '../../containers/follow-renewal.ts';
import { pullImage } from '../../images/transfer.ts';

interface Review {
  readonly container: Container;
  readonly before: ContainerEdit;
  readonly edit: ContainerEdit;
  /** Lines with a sign. */
  readonly changes: string;
  /** Called with the new container's ID. */
  readonly onDone: (id: string) => void;
}

/** Shows what an edit changes, and asks before the container is replaced. */
export function reviewEdit(review: Review): void {
  const { container, changes } = review;
  const { name } = container;
  modals.openConfirmModal({
    title: `Recreate ${name}?`,
    size: 'lg',
    labels: { confirm: 'Recreate container', cancel: 'Cancel' },
    onConfirm: () => void recreate(review),
    children: (
      <Stack gap="sm">
        <DiffView label="Changes" patch={changes} />
        <Text size="sm">
          Volumes stay. Files that {name} wrote elsewhere are deleted. If the new container doesn't
          start, Berth puts the old one back.
        </Text>
      </Stack>
    ),
  });
}

async function recreate({ container, before, edit, onDone }: Review): Promise<void> {
  const { id, name } = container;
  if (edit.image !== before.image && !(await pullImage(edit.image))) return;
  const successor = await replace(name, id, edit);
  if (successor === undefined) return;
  onDone(successor);
  offerUndo(name, () => void replace(name, successor, before));
}

const replace = (name: string, id: string, edit: ContainerEdit) =>
  startActivity({
    title: `Recreating ${name}`,
    done: () => `${name} was recreated`,
    run: async (signal, report) => {
      const steps = await client.containers.edit({ id, edit }, { signal });
      return (await followRenewal(steps, report)).id;
    },
  });

/** The way back: a container with the settings that the earlier one had. */
function offerUndo(name: string, undo: () => void): void {
  const id = `recreated ${name}`;
  notifications.show({
    id,
    autoClose: 30_000,
    title: `${name} was recreated`,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">If something is wrong, go back to the earlier settings.</Text>
        <Button
          size="compact-sm"
          variant="default"
          flex="none"
          onClick={() => {
            notifications.hide(id);
            undo();
          }}
        >
          Undo
        </Button>
      </Group>
    ),
  });
}

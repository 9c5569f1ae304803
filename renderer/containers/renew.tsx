import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { Container } from '../../electron/api/containers.ts';
import { startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';
import { followRenewal } from './follow-renewal.ts';

export function confirmRenewal(container: Container): void {
  const { name, image } = container;
  modals.openConfirmModal({
    title: `Update ${name} to the newest ${image}?`,
    size: 'sm',
    labels: { confirm: 'Update container', cancel: 'Cancel' },
    onConfirm: () => void renew(container),
    children: (
      <Text size="sm">
        Berth pulls the image first. If there is a newer version, Berth replaces the container with
        a new one that has the same configuration, name and volumes. Files written elsewhere in the
        container are deleted. If the new container doesn't start, Berth puts the old one back.
      </Text>
    ),
  });
}

async function renew({ id, name, image }: Container): Promise<void> {
  await startActivity({
    title: `Updating ${name}`,
    done: (renewed) => (renewed ? `${name} now runs the newest ${image}` : `${name} is up to date`),
    run: async (signal, report) =>
      (await followRenewal(await client.containers.renew({ id }, { signal }), report)).renewed,
  });
}

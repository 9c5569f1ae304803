import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import type { Container, Renewal } from '../../electron/api/containers.ts';
import { type Progress, startActivity } from '../activity/activity.ts';
import { client } from '../connection/screen.ts';

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
    async run(signal, report) {
      for await (const event of await client.containers.renew({ id }, { signal })) {
        if (event.step === 'done') return event.renewed;
        report(progressOf(event));
      }
      throw new Error('The update ended early.');
    },
  });
}

const STEPS = {
  create: 'Creating the new container',
  replace: 'Replacing the old container',
} as const;

function progressOf(event: Exclude<Renewal, { step: 'done' }>): Progress {
  if (event.step !== 'pull') return { text: STEPS[event.step] };
  const { text, fraction } = event;
  return { text, ...(fraction === undefined ? {} : { fraction }) };
}

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
    labels: { confirm: 'Update', cancel: 'Cancel' },
    onConfirm: () => void renew(container),
    children: (
      <Text size="sm">
        The image is pulled. When there is a newer one, the container is made anew with the same
        configuration, name and volumes; files that it wrote elsewhere are deleted. If the new
        container does not run, the old one is put back.
      </Text>
    ),
  });
}

async function renew({ id, name, image }: Container): Promise<void> {
  await startActivity({
    title: `Updating ${name}`,
    done: (renewed) => (renewed ? `${name} runs the newest ${image}` : `${name} is up to date`),
    async run(signal, report) {
      for await (const event of await client.containers.renew({ id }, { signal })) {
        if (event.step === 'done') return event.renewed;
        report(progressOf(event));
      }
      throw new Error('the update ended early');
    },
  });
}

const STEPS = {
  create: 'Making the new container',
  replace: 'Putting it in the place of the old one',
} as const;

function progressOf(event: Exclude<Renewal, { step: 'done' }>): Progress {
  if (event.step !== 'pull') return { text: STEPS[event.step] };
  const { text, fraction } = event;
  return { text, ...(fraction === undefined ? {} : { fraction }) };
}

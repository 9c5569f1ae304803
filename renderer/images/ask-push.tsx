import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { canonicalReference } from '../../guest-agent/grammar/reference.ts';
import { pushImage } from './transfer.ts';

/** Others may be able to see a pushed image, so Berth asks first. */
export function askPush(reference: string): void {
  const [host = ''] = canonicalReference(reference).split('/');
  const registry = host === 'docker.io' ? 'Docker Hub' : host;
  modals.openConfirmModal({
    title: `Push ${reference}?`,
    children: (
      <Text size="sm">
        The image is uploaded to {registry}, where others may be able to see it. To push to another
        registry, add a tag that begins with its address first.
      </Text>
    ),
    labels: { confirm: 'Push image', cancel: 'Cancel' },
    onConfirm: () => void pushImage(reference),
  });
}

import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { canonicalReference } from '../../../guest-agent/grammar/reference.ts';
import { pushImage } from './transfer.ts';

/** Others may see what is pushed: it is asked for before. */
export function askPush(reference: string): void {
  const [host = ''] = canonicalReference(reference).split('/');
  const registry = host === 'docker.io' ? 'Docker Hub' : host;
  modals.openConfirmModal({
    title: `Push ${reference}?`,
    children: (
      <Text size="sm">
        It goes to {registry}, where others may be able to see it. For another registry, add a name
        first that begins with its address.
      </Text>
    ),
    labels: { confirm: 'Push', cancel: 'Cancel' },
    onConfirm: () => void pushImage(reference),
  });
}

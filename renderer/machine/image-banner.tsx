import { Alert, Group } from '@mantine/core';
import { useMachine } from '../connection/screen.ts';
import { RestartButton } from './restart-button.tsx';
import { useVmImage } from './vm-image.ts';

/** Says that the running VM still has another image than its next start, and offers the restart. */
export function ImageBanner() {
  const machine = useMachine();
  const image = useVmImage();
  if (machine?.imageNote) {
    return (
      <Alert color="red" variant="light" title="The new VM image isn't used" mb="md">
        {machine.imageNote}
      </Alert>
    );
  }
  if (machine?.state !== 'running' || !image?.pending) return null;
  return (
    <Alert variant="light" mb="md" role="status" aria-label="New VM image">
      <Group justify="space-between" gap="md" wrap="nowrap">
        <span>VM image {image.version} is ready. The VM uses this image after a restart.</span>
        <RestartButton />
      </Group>
    </Alert>
  );
}

import { Modal } from '@mantine/core';
import { PruneForm } from '../../prune/prune-form.tsx';

interface PruneDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Lists the unused images, and removes them. */
export function PruneDialog({ opened, onClose }: PruneDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Remove unused images" centered>
      <PruneForm kind="images" onClose={onClose} />
    </Modal>
  );
}

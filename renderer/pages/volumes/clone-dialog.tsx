import { Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useState } from 'react';
import type { Volume } from '../../../electron/api/volumes.ts';
import { DialogForm } from '../../components/dialog-form.tsx';
import { cloneVolume } from './actions.tsx';
import { NameField, useVolumeNameFault } from './name-field.tsx';

/** Asks for the name of a volume's copy. */
export function openCloneDialog(volume: Volume): void {
  const id = modals.open({
    title: `Clone ${volume.name}`,
    size: 'sm',
    children: <CloneForm volume={volume} onClose={() => modals.close(id)} />,
  });
}

interface CloneFormProps {
  readonly volume: Volume;
  readonly onClose: () => void;
}

function CloneForm({ volume, onClose }: CloneFormProps) {
  const [to, setTo] = useState(`${volume.name}-copy`);
  const fault = useVolumeNameFault(to);
  const running = volume.usedBy.filter((user) => user.running).map(({ name }) => name);
  return (
    <DialogForm
      action="Clone volume"
      blocked={fault !== undefined}
      onSubmit={() => {
        onClose();
        void cloneVolume(volume.name, to);
      }}
      onCancel={onClose}
    >
      <NameField value={to} onChange={setTo} />
      {running.length > 0 && (
        <Text size="xs" c="var(--quiet)" mt="sm">
          {running.join(', ')} may write during the copy. For a consistent copy, stop the container
          first.
        </Text>
      )}
    </DialogForm>
  );
}

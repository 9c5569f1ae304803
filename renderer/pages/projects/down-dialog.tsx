import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';

interface DownDialogProps {
  readonly opened: boolean;
  readonly name: string;
  readonly onConfirm: (options: { volumes: boolean; images: boolean }) => void;
  readonly onClose: () => void;
}

/** Asks how much of a project to remove. */
export function DownDialog({ opened, name, onConfirm, onClose }: DownDialogProps) {
  const [volumes, setVolumes] = useState(false);
  const [images, setImages] = useState(false);
  const close = () => {
    setVolumes(false);
    setImages(false);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={close} title={`Take ${name} down?`} centered size="md">
      <Stack gap="sm">
        <Text size="sm">
          Berth stops and removes the project's containers and networks. Files written in the
          containers are deleted and can't be recovered. The compose file stays.
        </Text>
        <Checkbox
          label="Remove volumes"
          description="Deletes the project's data. This can't be undone."
          checked={volumes}
          onChange={({ currentTarget }) => setVolumes(currentTarget.checked)}
        />
        <Checkbox
          label="Remove images"
          description="The next start pulls or builds these images again."
          checked={images}
          onChange={({ currentTarget }) => setImages(currentTarget.checked)}
        />
        <Group justify="flex-end" gap="sm" mt="sm">
          <Button variant="default" onClick={close} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            onClick={() => {
              close();
              onConfirm({ volumes, images });
            }}
          >
            {volumes ? 'Take down and delete data' : 'Take down'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

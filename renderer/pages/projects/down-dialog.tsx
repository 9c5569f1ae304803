import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';

interface DownDialogProps {
  readonly opened: boolean;
  readonly name: string;
  readonly onConfirm: (options: { volumes: boolean; images: boolean }) => void;
  readonly onClose: () => void;
}

/** Asks how much of a project is to go. */
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
          Its containers are stopped and removed with the files that they wrote outside of volumes,
          and its networks too. The compose file stays.
        </Text>
        <Checkbox
          label="Remove its volumes too"
          description="The data in them is deleted for good."
          checked={volumes}
          onChange={({ currentTarget }) => setVolumes(currentTarget.checked)}
        />
        <Checkbox
          label="Remove the images of its containers too"
          description="The next time, they are pulled or built again."
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

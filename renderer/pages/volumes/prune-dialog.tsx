import { Button, Checkbox, Group, ScrollArea, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { Volume } from '../../../electron/api/volumes.ts';
import { client } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import { refreshSizes, useVolumeSizes } from './use-sizes.ts';

/** Lists the volumes that no container uses, and removes those that stay selected. */
export function openPruneDialog(volumes: readonly Volume[]): void {
  const unused = volumes.filter(({ usedBy }) => usedBy.length === 0);
  const id = modals.open({
    title: 'Remove unused volumes',
    children: <PruneForm volumes={unused} onClose={() => modals.close(id)} />,
  });
}

interface PruneFormProps {
  readonly volumes: readonly Volume[];
  readonly onClose: () => void;
}

function PruneForm({ volumes, onClose }: PruneFormProps) {
  const sizes = useVolumeSizes();
  const [chosen, setChosen] = useState(() => volumes.map(({ name }) => name));
  const prune = useMutation({
    mutationFn: () => client.volumes.prune({ names: chosen }),
    onSuccess: onClose,
    onSettled: refreshSizes,
  });
  if (volumes.length === 0) return <Text size="sm">Containers use every volume.</Text>;
  const bytes = chosen.reduce((sum, name) => sum + (sizes?.[name] ?? 0), 0);
  return (
    <>
      <Text size="sm" mb="md">
        No container uses these volumes. Their files are deleted and can't be recovered.
      </Text>
      <ScrollArea.Autosize mah={300}>
        <Checkbox.Group value={chosen} onChange={setChosen} aria-label="Volumes to remove">
          <Stack gap={8}>
            {volumes.map(({ name }) => (
              <Checkbox
                key={name}
                value={name}
                size="xs"
                label={`${name}${sizes ? ` · ${formatBytes(sizes[name] ?? 0)}` : ''}`}
              />
            ))}
          </Stack>
        </Checkbox.Group>
      </ScrollArea.Autosize>
      <Group justify="space-between" gap="sm" mt="lg">
        <Text size="sm" c="var(--quiet)">
          {sizes ? `Frees ${formatBytes(bytes)}` : 'Counting…'}
        </Text>
        <Group gap="sm">
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
          <Button
            color="red"
            disabled={chosen.length === 0}
            loading={prune.isPending}
            onClick={() => prune.mutate()}
          >
            Remove {chosen.length}
          </Button>
        </Group>
      </Group>
    </>
  );
}

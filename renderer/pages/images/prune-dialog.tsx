import { Button, Group, Loader, Modal, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { startActivity } from '../../activity/activity.ts';
import { explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import { shortId } from './image-name.ts';
import classes from './prune-dialog.module.css';

interface PruneDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Shows what would go, and removes it. */
export function PruneDialog({ opened, onClose }: PruneDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Remove unused images" centered>
      <Choice onClose={onClose} />
    </Modal>
  );
}

function Choice({ onClose }: Pick<PruneDialogProps, 'onClose'>) {
  const [all, setAll] = useState(false);
  const { data: preview, error } = useQuery({
    queryKey: ['prune-preview', all],
    queryFn: () => client.images.prunePreview({ all }),
    networkMode: 'always',
    gcTime: 0,
    retry: false,
  });
  const count = preview?.images.length ?? 0;
  return (
    <Stack gap="md">
      <Radio.Group
        aria-label="What to remove"
        value={all ? 'all' : 'nameless'}
        onChange={(value) => setAll(value === 'all')}
      >
        <Stack gap="sm">
          <Radio
            value="nameless"
            label="Images without a name"
            description="What is left when a newer image takes a name over"
          />
          <Radio
            value="all"
            label="All images that no container uses"
            description="To run one of them again, it is pulled or built again"
          />
        </Stack>
      </Radio.Group>
      {error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {explain(error).message}
        </Text>
      )}
      {!preview && !error && <Loader size={20} />}
      {preview && count === 0 && (
        <Text size="sm" c="var(--quiet)">
          There are none: nothing to clean up here.
        </Text>
      )}
      {preview && count > 0 && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard. */}
          <ul className={classes.images} aria-label="Images that would go" tabIndex={0}>
            {preview.images.map((name) => (
              <li key={name}>{name.startsWith('sha256:') ? shortId(name) : name}</li>
            ))}
          </ul>
          <Text size="sm">Frees at least {formatBytes(preview.bytes)}.</Text>
        </>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          Cancel
        </Button>
        <Button
          color="red"
          disabled={count === 0}
          onClick={() => {
            onClose();
            void prune(all);
          }}
        >
          {count === 1 ? 'Remove 1 image' : `Remove ${count} images`}
        </Button>
      </Group>
    </Stack>
  );
}

const prune = (all: boolean) =>
  startActivity({
    title: 'Cleaning up images',
    done: ({ bytes }: { readonly bytes: number }) => `${formatBytes(bytes)} freed`,
    run: (signal) => client.images.prune({ all }, { signal }),
  });

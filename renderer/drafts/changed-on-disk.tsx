import { Alert, Button, Group } from '@mantine/core';
import type { TextDocument } from './use-document.ts';

interface ChangedOnDiskProps {
  readonly name: string;
  readonly document: TextDocument;
}

/** Says that the text that is shown was begun from an older file than the one on disk. */
export function ChangedOnDisk({ name, document }: ChangedOnDiskProps) {
  if (!document.hasChangedOnDisk) return null;
  return (
    <Alert color="yellow" variant="light" p="sm" m="xs" role="alert">
      <Group justify="space-between" gap="sm">
        <span>
          {name} changed on disk after you began to edit it. You see your own text. Saving asks
          before it replaces the newer file.
        </span>
        <Button size="compact-sm" variant="default" onClick={document.discard}>
          Use the file on disk
        </Button>
      </Group>
    </Alert>
  );
}

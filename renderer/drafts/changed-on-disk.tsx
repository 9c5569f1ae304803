import { Alert, Button, Group } from '@mantine/core';
import type { TextDocument } from './use-document.ts';

interface ChangedOnDiskProps {
  readonly name: string;
  readonly document: TextDocument;
}

/** Says that the shown text is based on an older version of the file than the one on disk. */
export function ChangedOnDisk({ name, document }: ChangedOnDiskProps) {
  if (!document.hasChangedOnDisk) return null;
  return (
    <Alert color="yellow" variant="light" p="sm" m="xs" role="alert">
      <Group justify="space-between" gap="sm">
        <span>
          {name} changed on disk after you started editing. You see your own text. Berth asks before
          it saves over the newer file.
        </span>
        <Button size="compact-sm" variant="default" onClick={document.discard}>
          Use the version on disk
        </Button>
      </Group>
    </Alert>
  );
}

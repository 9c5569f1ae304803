import { Button, Group, Loader, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DiskKind, PruneScope } from '../../electron/api/disk.ts';
import { startActivity } from '../activity/activity.ts';
import { explain } from '../connection/failure.ts';
import { client, queryClient } from '../connection/screen.ts';
import { formatBytes } from '../format/bytes.ts';
import { PruneItems } from './prune-items.tsx';
import { PRUNE_KINDS } from './prune-kinds.ts';

const SCOPES: readonly { value: PruneScope; label: string; description: string }[] = [
  {
    value: 'dangling',
    label: 'Images without a tag',
    description: 'Images whose tag moved to a newer image',
  },
  {
    value: 'downloaded',
    label: 'These, and downloaded images that no container uses',
    description: 'Berth can download them again',
  },
  {
    value: 'all',
    label: 'All images that no container uses',
    description:
      "Also images that you built, committed, loaded or tagged, which can't be recovered",
  },
];

interface PruneFormProps {
  readonly kind: DiskKind;
  readonly onClose: () => void;
}

/** Lists the unused objects of one kind, and removes them. */
export function PruneForm({ kind, onClose }: PruneFormProps) {
  const [scope, setScope] = useState<PruneScope>('downloaded');
  const { data: preview, error } = useQuery({
    queryKey: ['prune-preview', kind, scope],
    queryFn: () => client.disk.prunePreview({ kind, scope }),
    networkMode: 'always',
    gcTime: 0,
    retry: false,
  });
  const { noun, goes } = PRUNE_KINDS[kind];
  const count = preview?.going.length ?? 0;
  return (
    <Stack gap="md">
      {kind === 'images' && <Scope value={scope} onChange={setScope} />}
      {error && (
        <Text size="sm" c="var(--bad)" role="alert">
          {explain(error).message}
        </Text>
      )}
      {!preview && !error && <Loader size={20} />}
      {preview && count === 0 && (
        <Text size="sm" c="var(--quiet)">
          There is nothing to remove.
        </Text>
      )}
      {preview && count > 0 && (
        <>
          {kind !== 'images' && <Text size="sm">{goes}</Text>}
          <PruneItems label="Removed" items={preview.going} />
          <Text size="sm">Frees {formatBytes(preview.bytes)}.</Text>
        </>
      )}
      {preview && preview.staying.length > 0 && scope === 'downloaded' && (
        <>
          <Text size="sm">These images stay, because Berth can't download them again:</Text>
          <PruneItems label="Kept" items={preview.staying} />
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
            void prune(kind, scope);
          }}
        >
          Remove {count} {count === 1 ? noun[0] : noun[1]}
        </Button>
      </Group>
    </Stack>
  );
}

interface ScopeProps {
  readonly value: PruneScope;
  readonly onChange: (scope: PruneScope) => void;
}

function Scope({ value, onChange }: ScopeProps) {
  return (
    <Radio.Group aria-label="What to remove" value={value}>
      <Stack gap="sm">
        {SCOPES.map((each) => (
          <Radio key={each.value} {...each} onChange={() => onChange(each.value)} />
        ))}
      </Stack>
    </Radio.Group>
  );
}

const prune = (kind: DiskKind, scope: PruneScope) =>
  startActivity({
    title: `Removing unused ${PRUNE_KINDS[kind].noun[1]}`,
    done: ({ reclaimed }: { readonly reclaimed: number }) => `${formatBytes(reclaimed)} freed`,
    run: async (signal) => {
      const result = await client.disk.prune({ kind, scope }, { signal });
      await queryClient.invalidateQueries({ queryKey: ['disk'] });
      return result;
    },
  });

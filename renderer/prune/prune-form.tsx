import { Button, Group, Loader, Radio, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { DiskKind, PruneItem, PruneScope } from '../../electron/api/disk.ts';
import { startActivity } from '../activity/activity.ts';
import { explain } from '../connection/failure.ts';
import { client, queryClient } from '../connection/screen.ts';
import { formatBytes } from '../format/bytes.ts';
import { shortId } from '../images/image-name.ts';
import classes from './prune-form.module.css';

interface Kind {
  readonly noun: readonly [one: string, many: string];
  readonly goes: string;
}

const KINDS: Readonly<Record<DiskKind, Kind>> = {
  images: { noun: ['image', 'images'], goes: '' },
  containers: {
    noun: ['container', 'containers'],
    goes: "These containers aren't running. The files they wrote are removed with them and can't be recovered. Volumes stay.",
  },
  volumes: {
    noun: ['volume', 'volumes'],
    goes: "No container uses these anonymous volumes. They are removed with all their data, which can't be recovered. Named volumes stay.",
  },
  buildCache: {
    noun: ['step', 'steps'],
    goes: 'Builds cached these steps. The next build of each image takes longer. Images and containers stay.',
  },
};

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
  const { noun, goes } = KINDS[kind];
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
          {goes && <Text size="sm">{goes}</Text>}
          <Items label="Removed" items={preview.going} />
          <Text size="sm">Frees {formatBytes(preview.bytes)}.</Text>
        </>
      )}
      {preview && preview.staying.length > 0 && scope === 'downloaded' && (
        <>
          <Text size="sm">These images stay, because Berth can't download them again:</Text>
          <Items label="Kept" items={preview.staying} />
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

function Items({ label, items }: { readonly label: string; readonly items: readonly PruneItem[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard.
    <ul className={classes.items} aria-label={label} tabIndex={0}>
      {items.map(({ name, size }) => (
        <li key={name}>
          {name.startsWith('sha256:') ? shortId(name) : name} · {formatBytes(size)}
        </li>
      ))}
    </ul>
  );
}

const prune = (kind: DiskKind, scope: PruneScope) =>
  startActivity({
    title: `Removing unused ${KINDS[kind].noun[1]}`,
    done: ({ reclaimed }: { readonly reclaimed: number }) => `${formatBytes(reclaimed)} freed`,
    run: async (signal) => {
      const result = await client.disk.prune({ kind, scope }, { signal });
      await queryClient.invalidateQueries({ queryKey: ['disk'] });
      return result;
    },
  });

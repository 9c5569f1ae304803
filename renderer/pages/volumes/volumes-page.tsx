import { Anchor, Button, Group, Loader, Text } from '@mantine/core';
import { IconDatabase, IconFileImport, IconFolderOpen, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Volume } from '../../../electron/api/volumes.ts';
import { CollectionToolbar } from '../../components/collection-toolbar.tsx';
import { Elapsed } from '../../components/elapsed.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { UsedBy } from '../../components/used-by.tsx';
import { useVolumes } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import { askToRemove } from './actions.tsx';
import { importNew, openCreateDialog } from './create-dialog.tsx';
import { openPruneDialog } from './prune-dialog.tsx';
import { useVolumeSizes } from './use-sizes.ts';
import { VolumeMenu } from './volume-menu.tsx';

type Row = Volume & { readonly size: number | undefined };

const COLUMNS: readonly ListColumn<Row>[] = [
  {
    title: 'Name',
    sortBy: ({ name }) => name,
    cell: ({ name }) => (
      <Anchor
        component={Link}
        href={`/volumes/${encodeURIComponent(name)}`}
        c="inherit"
        fw={500}
        fz="sm"
        title={name}
      >
        {name}
      </Anchor>
    ),
  },
  {
    title: 'Size',
    width: '110px',
    sortBy: ({ size = -1 }) => size,
    cell: ({ size }) => (size === undefined ? '…' : formatBytes(size)),
  },
  {
    title: 'Used by',
    width: '26%',
    sortBy: ({ usedBy }) => usedBy.map(({ name }) => name).join(),
    cell: ({ usedBy }) => <UsedBy users={usedBy} />,
  },
  {
    title: 'Created',
    needsRoom: true,
    width: '150px',
    sortBy: ({ createdAt }) => Date.parse(createdAt ?? ''),
    cell: ({ createdAt }) =>
      createdAt && (
        <>
          <Elapsed since={createdAt} /> ago
        </>
      ),
  },
  {
    title: 'Driver',
    needsRoom: true,
    width: '100px',
    sortBy: kindOf,
    cell: (row) => kindOf(row),
  },
];

/** The driver, or for a local volume with options what it mounts. */
function kindOf({ driver, options }: Row): string {
  return options.type ?? driver;
}

export function VolumesPage() {
  const volumes = useVolumes();
  const sizes = useVolumeSizes();
  return (
    <Page title="Volumes" summary={volumes && summaryOf(volumes, sizes)}>
      {volumes ? <Volumes volumes={volumes} sizes={sizes} /> : <Loader size={24} />}
    </Page>
  );
}

interface VolumesProps {
  readonly volumes: readonly Volume[];
  readonly sizes: Readonly<Record<string, number>> | undefined;
}

function Volumes({ volumes, sizes }: VolumesProps) {
  const [, navigate] = useLocation();
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(
    () => volumes.map((volume): Row => ({ ...volume, size: sizes?.[volume.name] })),
    [volumes, sizes],
  );
  if (volumes.length === 0) return <NoVolumes />;
  const chosen = volumes.filter(({ name }) => selected.has(name));
  return (
    <>
      <CollectionToolbar
        search={<SearchField label="Search volumes" value={search} onChange={setSearch} />}
        selected={chosen.length}
        onRemove={() => askToRemove(chosen, () => setSelected(new Set()))}
        onPrune={() => openPruneDialog(volumes)}
        create="New volume"
        onCreate={openCreateDialog}
      >
        <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={importNew}>
          Import…
        </Button>
      </CollectionToolbar>
      <ListTable
        label="Volumes"
        rows={rows}
        columns={COLUMNS}
        rowId={({ name }) => name}
        rowName={({ name }) => name}
        search={search}
        searchText={({ name, usedBy }) => [name, ...usedBy.map((user) => user.name)].join(' ')}
        selected={selected}
        onSelect={setSelected}
        actionsWidth="96px"
        actions={(volume) => (
          <Group gap={2} justify="flex-end" wrap="nowrap">
            <IconButton
              label={`Browse files of ${volume.name}`}
              tooltip="Browse files"
              icon={<IconFolderOpen size={18} stroke={1.75} />}
              onClick={() => navigate(`/volumes/${encodeURIComponent(volume.name)}`)}
            />
            <VolumeMenu volume={volume} />
          </Group>
        )}
      />
    </>
  );
}

function NoVolumes() {
  return (
    <Notice icon={<IconDatabase size={32} stroke={1.5} />} title="No volumes yet">
      <Text c="var(--quiet)">
        A volume keeps files apart from containers: a database’s data stays when its container is
        removed or replaced.
      </Text>
      <Group>
        <Button leftSection={<IconPlus size={16} />} onClick={openCreateDialog}>
          New volume
        </Button>
        <Button variant="default" leftSection={<IconFileImport size={16} />} onClick={importNew}>
          Import…
        </Button>
      </Group>
    </Notice>
  );
}

function summaryOf(volumes: readonly Volume[], sizes: VolumesProps['sizes']): string | undefined {
  if (volumes.length === 0) return undefined;
  const count = volumes.length === 1 ? '1 volume' : `${volumes.length} volumes`;
  if (!sizes) return count;
  const bytes = volumes.reduce((sum, { name }) => sum + (sizes[name] ?? 0), 0);
  return `${count}, ${formatBytes(bytes)}`;
}

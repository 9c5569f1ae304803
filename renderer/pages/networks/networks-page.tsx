import { Anchor, Loader, Text } from '@mantine/core';
import { IconLock, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { Network } from '../../../electron/api/networks.ts';
import { CollectionToolbar } from '../../components/collection-toolbar.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { Page } from '../../components/page.tsx';
import { SearchField } from '../../components/search-field.tsx';
import { UsedBy } from '../../components/used-by.tsx';
import { useNetworks } from '../../connection/screen.ts';
import { askToPrune, askToRemove } from './actions.tsx';
import { openCreateDialog } from './create-dialog.tsx';

const COLUMNS: readonly ListColumn<Network>[] = [
  {
    title: 'Name',
    sortBy: ({ name }) => name,
    cell: ({ id, name }) => (
      <Anchor component={Link} href={`/networks/${id}`} c="inherit" fw={500} fz="sm" title={name}>
        {name}
      </Anchor>
    ),
  },
  {
    title: 'Driver',
    needsRoom: true,
    width: '100px',
    sortBy: ({ driver }) => driver,
    cell: ({ driver }) => driver,
  },
  {
    title: 'Subnet',
    needsWidth: true,
    width: '150px',
    sortBy: ({ subnets }) => subnets[0]?.subnet ?? '',
    cell: ({ subnets }) => subnets.map(({ subnet }) => subnet).join(', '),
  },
  {
    title: 'Containers',
    width: '32%',
    sortBy: ({ members }) => members.length,
    cell: ({ members }) => <UsedBy users={members} />,
  },
  {
    title: 'Kind',
    needsRoom: true,
    width: '120px',
    sortBy: kindOf,
    cell: (network) => (
      <Text span size="sm" c="var(--quiet)">
        {kindOf(network)}
      </Text>
    ),
  },
];

function kindOf({ builtIn, internal, ipv6 }: Network): string {
  if (builtIn) return 'Built in';
  return [internal && 'Internal', ipv6 && 'IPv6'].filter(Boolean).join(', ');
}

export function NetworksPage() {
  const networks = useNetworks();
  const own = networks?.filter(({ builtIn }) => !builtIn).length ?? 0;
  const summary = own === 0 ? 'No networks of your own yet' : `${own} of your own`;
  return (
    <Page title="Networks" summary={networks && summary}>
      {networks ? <Networks networks={networks} /> : <Loader size={24} />}
    </Page>
  );
}

function Networks({ networks }: { readonly networks: readonly Network[] }) {
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const chosen = networks.filter(({ id }) => selected.has(id));
  return (
    <>
      <CollectionToolbar
        search={<SearchField label="Search networks" value={search} onChange={setSearch} />}
        selected={chosen.length}
        onRemove={() => askToRemove(chosen, () => setSelected(new Set()))}
        onPrune={() => askToPrune(networks)}
        create="New network"
        onCreate={openCreateDialog}
      />
      <ListTable
        label="Networks"
        rows={networks}
        columns={COLUMNS}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        search={search}
        searchText={(network) =>
          [network.name, network.driver, kindOf(network)]
            .concat(network.subnets.map(({ subnet }) => subnet))
            .concat(network.members.map(({ name }) => name))
            .join(' ')
        }
        selected={selected}
        onSelect={setSelected}
        actionsWidth="64px"
        actions={(network) => (
          <IconButton
            label={
              network.builtIn ? `Why ${network.name} can't be removed` : `Remove ${network.name}`
            }
            tooltip={network.builtIn ? "Built in. It can't be removed." : 'Remove'}
            icon={
              network.builtIn ? (
                <IconLock size={17} stroke={1.75} />
              ) : (
                <IconTrash size={17} stroke={1.75} />
              )
            }
            onClick={() => askToRemove([network])}
          />
        )}
      />
    </>
  );
}

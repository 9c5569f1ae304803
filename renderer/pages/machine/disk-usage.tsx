import { Button, Loader, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DiskUse } from '../../../electron/api/disk.ts';
import { explain } from '../../connection/failure.ts';
import { client } from '../../connection/screen.ts';
import { formatBytes } from '../../format/bytes.ts';
import classes from '../../machine/panel.module.css';
import { DISK_KIND_TITLES, pruneDisk } from '../../prune/prune-disk.tsx';

const queryKey = ['disk'];

/** What uses the VM's disk, and what can be removed. */
export function DiskUsage() {
  const { data, error, isFetching } = useQuery({
    queryKey,
    queryFn: () => client.disk.usage(),
    networkMode: 'always',
    retry: false,
  });
  return (
    <section className={classes.card} aria-label="Disk use">
      <h2 className={classes.heading}>Disk use {isFetching && <Loader size={12} ml={6} />}</h2>
      {error && (
        <Text size="sm" c="var(--bad)">
          {explain(error).message}
        </Text>
      )}
      {data && (
        <Table aria-label="Disk use" verticalSpacing={7}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Kind</Table.Th>
              <Table.Th>Total</Table.Th>
              <Table.Th>In use</Table.Th>
              <Table.Th>Size</Table.Th>
              <Table.Th>Unused</Table.Th>
              <Table.Th aria-label="Actions" w={110} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((use) => (
              <UseRow key={use.kind} use={use} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  );
}

function UseRow({ use: { kind, total, active, size, reclaimable } }: { readonly use: DiskUse }) {
  const title = DISK_KIND_TITLES[kind];
  return (
    <Table.Tr>
      <Table.Td>{title}</Table.Td>
      <Table.Td>{total}</Table.Td>
      <Table.Td>{active}</Table.Td>
      <Table.Td>{formatBytes(size)}</Table.Td>
      <Table.Td>{formatBytes(reclaimable)}</Table.Td>
      <Table.Td ta="right">
        <Button
          size="compact-sm"
          variant="default"
          disabled={total === active}
          onClick={() => pruneDisk(kind)}
          aria-label={`Remove unused ${title.toLowerCase()}`}
        >
          Remove…
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

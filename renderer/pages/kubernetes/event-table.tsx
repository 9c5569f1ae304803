import { Text } from '@mantine/core';
import type { KubeEvent } from '../../../electron/api/kube/pods.ts';
import { Elapsed } from '../../components/elapsed.tsx';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { State } from '../../components/state-dot.tsx';
import classes from './kubernetes.module.css';
import { ObjectCell } from './object-cell.tsx';

const COLUMNS: readonly ListColumn<KubeEvent>[] = [
  {
    title: 'Reason',
    width: '190px',
    sortBy: ({ isWarning, reason }) => `${isWarning ? 0 : 1} ${reason}`,
    cell: ({ isWarning, reason }) => <State tone={isWarning ? 'bad' : 'idle'} text={reason} />,
  },
  {
    title: 'Object',
    width: '24%',
    sortBy: ({ kind, name }) => `${kind} ${name}`,
    cell: ({ kind, name }) => <ObjectCell kind={kind} name={name} />,
  },
  {
    title: 'Message',
    cell: ({ message, count }) => (
      <span className={classes.message}>
        {message}
        {count > 1 && <span className={classes.quiet}> ({count} times)</span>}
      </span>
    ),
  },
  {
    title: 'Last seen',
    width: '110px',
    sortBy: ({ at }) => -Date.parse(at) || 0,
    cell: ({ at }) => at !== '' && <Elapsed since={at} />,
  },
];

interface EventTableProps {
  readonly events: readonly KubeEvent[];
  readonly search?: string;
}

/** What happened in a cluster, the newest first. */
export function EventTable({ events, search = '' }: EventTableProps) {
  if (events.length === 0) {
    return (
      <Text size="sm" c="var(--quiet)">
        No events. A cluster keeps events for an hour.
      </Text>
    );
  }
  return (
    <ListTable
      label="Events"
      rows={events}
      columns={COLUMNS}
      rowId={({ id }) => id}
      rowName={({ reason, name }) => `${reason} of ${name}`}
      search={search}
      searchText={({ reason, kind, name, message }) => [reason, kind, name, message].join(' ')}
    />
  );
}

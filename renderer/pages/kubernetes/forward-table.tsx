import { Anchor, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { PortForward } from '../../../electron/api/kube/services.ts';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { client } from '../../connection/screen.ts';
import classes from './kubernetes.module.css';

const COLUMNS: readonly ListColumn<PortForward>[] = [
  {
    title: 'On this host',
    width: '190px',
    sortBy: ({ port }) => port,
    cell: ({ port }) => (
      <Anchor href={`http://localhost:${port}`} target="_blank" rel="noreferrer" size="sm">
        localhost:{port}
      </Anchor>
    ),
  },
  {
    title: 'Leads to',
    sortBy: ({ name }) => name,
    cell: ({ kind, name, remote, namespace, context, problem }) => (
      <>
        <span className={classes.name}>
          {name}:{remote}
        </span>
        <span className={classes.details} title={problem}>
          {problem ?? `${kind} in ${namespace}, context ${context}`}
        </span>
      </>
    ),
  },
];

/** The ports of this host that lead to pods, of all contexts. */
export function ForwardTable({ forwards }: { readonly forwards: readonly PortForward[] }) {
  return (
    <ListTable
      label="Port forwards"
      rows={forwards}
      columns={COLUMNS}
      rowId={({ id }) => id}
      rowName={({ name, remote }) => `${name}:${remote}`}
      actions={(forward) => <StopButton forward={forward} />}
      actionsWidth="120px"
    />
  );
}

function StopButton({ forward: { id, port } }: { readonly forward: PortForward }) {
  const stop = useMutation({ mutationFn: () => client.kube.forwards.stop({ id }) });
  return (
    <Button
      size="compact-sm"
      variant="default"
      aria-label={`Stop forwarding port ${port}`}
      loading={stop.isPending}
      onClick={() => stop.mutate()}
    >
      Stop
    </Button>
  );
}

import { Badge, Button, Loader, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { KubeRef } from '../../../electron/api/kube/place.ts';
import type { KubeRevision } from '../../../electron/api/kube/workloads.ts';
import type { ListColumn } from '../../components/list-column.ts';
import { ListTable } from '../../components/list-table.tsx';
import { client } from '../../connection/screen.ts';
import classes from './kubernetes.module.css';
import { useObjectActions } from './use-object-actions.tsx';

const COLUMNS: readonly ListColumn<KubeRevision>[] = [
  {
    title: 'Revision',
    width: '170px',
    cell: ({ number, isCurrent }) => (
      <>
        {number}
        {isCurrent && (
          <Badge size="sm" variant="default" ml="sm">
            Current
          </Badge>
        )}
      </>
    ),
  },
  { title: 'Images', cell: ({ images }) => images.join(', ') },
  {
    title: 'Cause',
    needsRoom: true,
    cell: ({ cause }) => cause && <span className={classes.quiet}>{cause}</span>,
  },
];

interface HistoryTabProps {
  readonly object: KubeRef;
  /** Changes with the workload: then the cluster may keep another version. */
  readonly state: string;
}

/** The versions that the cluster keeps of a workload's pods, the newest first. */
export function HistoryTab({ object, state }: HistoryTabProps) {
  const actions = useObjectActions(object);
  const revisions = useQuery({
    queryKey: ['kube-revisions', object, state],
    queryFn: () => client.kube.workloads.revisions(object),
    networkMode: 'always',
    placeholderData: (previous) => previous,
    gcTime: 0,
  });
  if (revisions.error) return <Text role="alert">{revisions.error.message}</Text>;
  if (revisions.data === undefined) return <Loader size={24} />;
  return (
    <div className={classes.view}>
      <Text size="sm" c="var(--quiet)">
        A rollback replaces the pods a few at a time, like any other change.
      </Text>
      <ListTable
        label="Revisions"
        rows={revisions.data.toReversed()}
        columns={COLUMNS}
        rowId={({ number }) => String(number)}
        rowName={({ number }) => `revision ${number}`}
        actionsWidth="190px"
        actions={({ number, isCurrent }) =>
          !isCurrent && (
            <Button
              size="compact-sm"
              variant="default"
              loading={actions.busy}
              onClick={() => void actions.undo(number)}
            >
              Roll back to {number}
            </Button>
          )
        }
      />
    </div>
  );
}

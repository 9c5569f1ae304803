import { useMemo } from 'react';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import { ListTable } from '../../components/list-table.tsx';
import { RowActions } from './object-actions.tsx';
import { podColumns, workloadColumns } from './object-columns.tsx';
import { idOf, podRows, workloadRows } from './object-rows.ts';

interface ObjectTableProps {
  readonly context: string;
  readonly objects: readonly ListedObject[];
  /** Whether the objects are of several namespaces. */
  readonly hasNamespaces?: boolean;
  readonly search?: string;
}

const textOf = ({ kind, namespace, name, images, status }: ListedObject) =>
  [kind, namespace, name, status, ...images].join(' ');

/** The workloads, with what can be done with each. */
export function WorkloadTable(props: ObjectTableProps) {
  const { context, objects, hasNamespaces = false, search = '' } = props;
  const columns = useMemo(() => workloadColumns(context, hasNamespaces), [context, hasNamespaces]);
  return (
    <ListTable
      label="Workloads"
      rows={useMemo(() => workloadRows(objects), [objects])}
      columns={columns}
      rowId={idOf}
      rowName={({ name }) => name}
      search={search}
      searchText={textOf}
      actions={(object) => <RowActions context={context} object={object} />}
      actionsWidth="124px"
    />
  );
}

/** The pods, with what can be done with each. */
export function PodTable(props: ObjectTableProps) {
  const { context, objects, hasNamespaces = false, search = '' } = props;
  const columns = useMemo(() => podColumns(context, hasNamespaces), [context, hasNamespaces]);
  return (
    <ListTable
      label="Pods"
      rows={useMemo(() => podRows(objects), [objects])}
      columns={columns}
      rowId={idOf}
      rowName={({ name }) => name}
      search={search}
      searchText={textOf}
      actions={(object) => <RowActions context={context} object={object} />}
      actionsWidth="124px"
    />
  );
}

import { useMemo } from 'react';
import type { ListedObject } from '../../../electron/api/kube/workloads.ts';
import type { ListColumn } from '../../components/list-column.ts';
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

interface ListProps<T> extends ObjectTableProps {
  readonly label: string;
  readonly rowsOf: (objects: readonly ListedObject[]) => T[];
  readonly columnsOf: (context: string, hasNamespaces: boolean) => readonly ListColumn<T>[];
}

/** A list of objects, with what can be done with each. */
function ObjectTable<T extends ListedObject>(props: ListProps<T>) {
  const { label, rowsOf, columnsOf, context, objects, hasNamespaces = false, search = '' } = props;
  return (
    <ListTable
      label={label}
      rows={useMemo(() => rowsOf(objects), [rowsOf, objects])}
      columns={useMemo(
        () => columnsOf(context, hasNamespaces),
        [columnsOf, context, hasNamespaces],
      )}
      rowId={idOf}
      rowName={({ name }) => name}
      search={search}
      searchText={textOf}
      actions={(object) => <RowActions context={context} object={object} />}
      actionsWidth="124px"
    />
  );
}

export const WorkloadTable = (props: ObjectTableProps) => (
  <ObjectTable label="Workloads" rowsOf={workloadRows} columnsOf={workloadColumns} {...props} />
);

export const PodTable = (props: ObjectTableProps) => (
  <ObjectTable label="Pods" rowsOf={podRows} columnsOf={podColumns} {...props} />
);

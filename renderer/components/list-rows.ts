import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { type ReactNode, useMemo } from 'react';
import type { ListColumn, ListGroup } from './list-column.ts';

/** The rows and columns of a list, and the search. */
export interface ShownRowsInput<T> {
  readonly rows: readonly T[];
  /** Must stay the same between two renderings: define it outside of the component. */
  readonly columns: readonly ListColumn<T>[];
  /** Only rows whose `searchText` contains all words are shown. */
  readonly search?: string;
  readonly searchText?: (row: T) => string;
}

export interface Grouping<T> {
  /** The row's group. Rows without a group come last. */
  readonly groupOf?: (row: T) => ListGroup | undefined;
  /** Keys of the groups whose rows are hidden. A search shows them. */
  readonly folded?: ReadonlySet<string>;
  /** The heading above the rows without a group, if other rows have a group. */
  readonly ungrouped?: ReactNode;
}

export interface Sorting {
  readonly direction: 'asc' | 'desc' | false;
  readonly toggle: () => void;
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** The rows that match the search, in the chosen order. */
export function useShownRows<T extends object>({
  rows,
  columns,
  search = '',
  searchText,
}: ShownRowsInput<T>) {
  const data = useMemo(() => {
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0 || !searchText) return rows;
    return rows.filter((row) => {
      const text = searchText(row).toLowerCase();
      return words.every((word) => text.includes(word));
    });
  }, [rows, search, searchText]);
  const definitions = useMemo(
    () =>
      columns.flatMap(({ title, sortBy }): ColumnDef<typeof features, T>[] =>
        sortBy ? [{ id: title, accessorFn: sortBy, sortFn: compareRows }] : [],
      ),
    [columns],
  );
  const table = useTable({ features, columns: definitions, data });
  return {
    rows: table.getRowModel().rows.map(({ original }) => original),
    sortingOf(title: string): Sorting | undefined {
      const column = table.getColumn(title);
      if (!column) return undefined;
      return { direction: column.getIsSorted(), toggle: () => column.toggleSorting() };
    },
  };
}

interface Sortable {
  getValue(column: string): unknown;
}

/** Compares numbers by value and words in natural order: `web-2` before `web-10`. */
function compareRows(left: Sortable, right: Sortable, column: string): number {
  const [a, b] = [left.getValue(column), right.getValue(column)];
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

interface Members<T> {
  readonly group: ListGroup | undefined;
  readonly members: readonly T[];
}

/** Groups in the order of their first rows, then the rows without a group. */
export function groupRows<T>(
  rows: readonly T[],
  { groupOf, ungrouped }: Grouping<T>,
): readonly Members<T>[] {
  const groups = new Map<string | undefined, { group: ListGroup | undefined; members: T[] }>();
  for (const row of rows) {
    const group = groupOf?.(row);
    const known = groups.get(group?.key);
    if (known) known.members.push(row);
    else groups.set(group?.key, { group, members: [row] });
  }
  const alone = groups.get(undefined);
  groups.delete(undefined);
  if (!alone) return [...groups.values()];
  const heading = groups.size > 0 && ungrouped;
  return [...groups.values(), { ...alone, group: heading ? { key: '', heading } : undefined }];
}

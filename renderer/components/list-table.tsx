import { Checkbox, Table, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { Fragment, type ReactNode, useMemo } from 'react';
import classes from './list-table.module.css';

export interface ListColumn<T> {
  readonly title: string;
  /** As CSS has it; the columns without one share what is left. */
  readonly width?: string;
  /** Left out where the window is narrow. */
  readonly needsRoom?: boolean;
  /** What the column is sorted by; without it, it cannot be. */
  readonly sortBy?: (row: T) => string | number;
  readonly cell: (row: T) => ReactNode;
}

/** A heading between rows that belong together. */
export interface ListGroup {
  readonly key: string;
  readonly heading: ReactNode;
}

export interface ListTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  /** Must stay the same between two renderings: define it outside of the component. */
  readonly columns: readonly ListColumn<T>[];
  readonly rowId: (row: T) => string;
  /** For assistive technology: `Select web`. */
  readonly rowName: (row: T) => string;
  /** The buttons at the end of a row. */
  readonly actions?: (row: T) => ReactNode;
  readonly actionsWidth?: string;
  /** Only rows whose `searchText` has all of its words are shown. */
  readonly search?: string;
  readonly searchText?: (row: T) => string;
  /** The row's group; rows without one come after those that have one. */
  readonly groupOf?: (row: T) => ListGroup | undefined;
  /** The heading of the rows without a group, where others have one. */
  readonly ungrouped?: ReactNode;
  /** IDs of the selected rows, when rows can be selected. */
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (selected: ReadonlySet<string>) => void;
}

/** Where columns that need room have none. */
const NARROW = '(max-width: 1050px)';

/** A list that can be sorted, searched, grouped, and whose rows can be selected. */
export function ListTable<T extends object>(props: ListTableProps<T>) {
  const { label, rows, actions, actionsWidth = '148px', selected } = props;
  const isNarrow = useMediaQuery(NARROW, false, { getInitialValueInEffect: false });
  const columns = props.columns.filter(({ needsRoom }) => !(needsRoom && isNarrow));
  const shown = useShownRows(props);
  const width = columns.length + (selected ? 1 : 0) + (actions ? 1 : 0);
  const groups = groupRows(shown.rows, props);
  return (
    <div className={classes.frame}>
      <Table layout="fixed" verticalSpacing={9} horizontalSpacing={16} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {selected && (
              <Table.Th w="44px" className={classes.heading}>
                <SelectAll {...props} ids={shown.rows.map(props.rowId)} />
              </Table.Th>
            )}
            {columns.map((column) => (
              <Heading key={column.title} column={column} sorting={shown.sortingOf(column.title)} />
            ))}
            {actions && (
              <Table.Th className={classes.heading} w={actionsWidth}>
                <span className={classes.hidden}>Actions</span>
              </Table.Th>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {groups.map(({ group, members }) => (
            <Fragment key={group?.key ?? ''}>
              {group && (
                <Table.Tr className={classes.group}>
                  <Table.Th colSpan={width} scope="rowgroup">
                    {group.heading}
                  </Table.Th>
                </Table.Tr>
              )}
              {members.map((row) => (
                <Row key={props.rowId(row)} row={row} {...props} columns={columns} />
              ))}
            </Fragment>
          ))}
          {shown.rows.length === 0 && rows.length > 0 && (
            <Table.Tr>
              <Table.Td colSpan={width} className={classes.nothing}>
                Nothing matches “{props.search}”.
              </Table.Td>
            </Table.Tr>
          )}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function Row<T extends object>(props: ListTableProps<T> & { readonly row: T }) {
  const { row, columns, rowId, rowName, actions, selected, onSelect } = props;
  const id = rowId(row);
  return (
    <Table.Tr data-selected={selected?.has(id) || undefined} className={classes.row}>
      {selected && (
        <Table.Td>
          <Checkbox
            size="xs"
            aria-label={`Select ${rowName(row)}`}
            checked={selected.has(id)}
            onChange={({ currentTarget }) =>
              onSelect?.(toggled(selected, [id], currentTarget.checked))
            }
          />
        </Table.Td>
      )}
      {columns.map(({ title, cell }) => (
        <Table.Td key={title}>{cell(row)}</Table.Td>
      ))}
      {actions && <Table.Td>{actions(row)}</Table.Td>}
    </Table.Tr>
  );
}

function SelectAll<T extends object>({
  label,
  ids,
  selected = new Set(),
  onSelect,
}: ListTableProps<T> & { readonly ids: readonly string[] }) {
  const count = ids.filter((id) => selected.has(id)).length;
  return (
    <Checkbox
      size="xs"
      aria-label={`Select all of ${label}`}
      checked={count > 0 && count === ids.length}
      indeterminate={count > 0 && count < ids.length}
      onChange={({ currentTarget }) => onSelect?.(toggled(selected, ids, currentTarget.checked))}
    />
  );
}

interface Sorting {
  readonly direction: 'asc' | 'desc' | false;
  readonly toggle: () => void;
}

function Heading<T>({ column, sorting }: { column: ListColumn<T>; sorting: Sorting | undefined }) {
  const { title, width } = column;
  const sorted = { asc: 'ascending', desc: 'descending' } as const;
  return (
    <Table.Th
      className={classes.heading}
      {...(width ? { w: width } : {})}
      {...(sorting?.direction ? { 'aria-sort': sorted[sorting.direction] } : {})}
    >
      {sorting ? (
        <UnstyledButton className={classes.sort} onClick={sorting.toggle}>
          {title}
          {sorting.direction === 'asc' && <IconArrowUp size={13} aria-hidden />}
          {sorting.direction === 'desc' && <IconArrowDown size={13} aria-hidden />}
        </UnstyledButton>
      ) : (
        title
      )}
    </Table.Th>
  );
}

const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() });

/** The rows that the search leaves, in the chosen order. */
function useShownRows<T extends object>({
  rows,
  columns,
  search = '',
  searchText,
}: ListTableProps<T>) {
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

/** Numbers by value, words as people sort them: `web-2` before `web-10`. */
function compareRows(left: Sortable, right: Sortable, column: string): number {
  const [a, b] = [left.getValue(column), right.getValue(column)];
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), undefined, { numeric: true });
}

interface Members<T> {
  readonly group: ListGroup | undefined;
  readonly members: readonly T[];
}

/** Groups in the order of their first rows, then the rows that have none. */
function groupRows<T>(
  rows: readonly T[],
  { groupOf, ungrouped }: Pick<ListTableProps<T>, 'groupOf' | 'ungrouped'>,
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

function toggled(
  selected: ReadonlySet<string>,
  ids: readonly string[],
  on: boolean,
): ReadonlySet<string> {
  const next = new Set(selected);
  for (const id of ids) {
    if (on) next.add(id);
    else next.delete(id);
  }
  return next;
}

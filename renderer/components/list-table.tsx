import { Checkbox, Table, UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { Fragment, type ReactNode } from 'react';
import { fittingColumns } from './fitting-columns.ts';
import type { ListColumn } from './list-column.ts';
import {
  type Grouping,
  groupRows,
  type ShownRowsInput,
  type Sorting,
  useShownRows,
} from './list-rows.ts';
import classes from './list-table.module.css';
import { useWidth } from './use-width.ts';

export interface ListTableProps<T> extends ShownRowsInput<T>, Grouping<T> {
  readonly label: string;
  readonly rowId: (row: T) => string;
  /** The row's name for assistive technology, as in `Select web`. */
  readonly rowName: (row: T) => string;
  /** The buttons at the end of a row. */
  readonly actions?: (row: T) => ReactNode;
  readonly actionsWidth?: string;
  /** The width in a narrow list. */
  readonly narrowActionsWidth?: string;
  /** IDs of the selected rows; undefined if rows can't be selected. */
  readonly selected?: ReadonlySet<string>;
  readonly onSelect?: (selected: ReadonlySet<string>) => void;
}

/** Pixels of the column with the checkboxes. */
const CHECKBOX = 44;

/** A list that can be sorted, searched and grouped, and whose rows can be selected. */
export function ListTable<T extends object>(props: ListTableProps<T>) {
  const { label, rows, actions, selected } = props;
  const [frame, room] = useWidth<HTMLDivElement>();
  const usualWidth = props.actionsWidth ?? '148px';
  const { columns, actionsWidth, least } = fittingColumns(
    {
      columns: props.columns,
      other: selected ? CHECKBOX : 0,
      actionsWidth: actions ? usualWidth : '0px',
      narrowActionsWidth: actions ? (props.narrowActionsWidth ?? usualWidth) : '0px',
    },
    room,
  );
  const isNarrow = actionsWidth !== usualWidth && actions !== undefined;
  const shown = useShownRows(props);
  const width = columns.length + (selected ? 1 : 0) + (actions ? 1 : 0);
  const groups = groupRows(shown.rows, props);
  const isFolded = (key = '') => !props.search && (props.folded?.has(key) ?? false);
  return (
    <div ref={frame} className={classes.frame} data-narrow={isNarrow || undefined}>
      <Table
        layout="fixed"
        verticalSpacing={6}
        horizontalSpacing={isNarrow ? 10 : 16}
        aria-label={label}
        miw={least}
      >
        <Table.Thead>
          <Table.Tr>
            {selected && (
              <Table.Th w={CHECKBOX} className={classes.heading}>
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
              {(isFolded(group?.key) ? [] : members).map((row) => (
                <Row key={props.rowId(row)} row={row} {...props} columns={columns} />
              ))}
            </Fragment>
          ))}
          {shown.rows.length === 0 && rows.length > 0 && (
            <Table.Tr>
              <Table.Td colSpan={width} className={classes.nothing}>
                No matches for “{props.search}”.
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
      aria-label={`Select all ${label.toLowerCase()}`}
      checked={count > 0 && count === ids.length}
      indeterminate={count > 0 && count < ids.length}
      onChange={({ currentTarget }) => onSelect?.(toggled(selected, ids, currentTarget.checked))}
    />
  );
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

import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './data-table.module.css';

interface Column {
  readonly title: string;
  /** As CSS has it; the columns without one share what is left. */
  readonly width?: string;
}

interface DataTableProps {
  readonly label: string;
  readonly columns: readonly Column[];
  /** Table rows. A last column for their buttons is added to the named ones. */
  readonly children: ReactNode;
}

export function DataTable({ label, columns, children }: DataTableProps) {
  return (
    <div className={classes.frame}>
      <Table layout="fixed" verticalSpacing={9} horizontalSpacing={16} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ title, width }) => (
              <Table.Th key={title} className={classes.heading} {...(width ? { w: width } : {})}>
                {title}
              </Table.Th>
            ))}
            <Table.Th className={classes.heading} w="148px">
              <span className={classes.hidden}>Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}

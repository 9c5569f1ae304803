import { expect, test } from 'vitest';
import { fittingColumns } from './fitting-columns.ts';
import type { ListColumn } from './list-column.ts';

const cell = () => null;
const columns: readonly ListColumn<object>[] = [
  { title: 'Name', cell },
  { title: 'Image', needsRoom: true, cell },
  { title: 'State', width: '240px', narrowWidth: '150px', cell },
  { title: 'Ports', width: '100px', needsWidth: true, cell },
  { title: 'CPU', width: '90px', needsRoom: true, cell },
];
const list = { columns, other: 44, actionsWidth: '148px', narrowActionsWidth: '86px' };

/** The titles at a width, and the sum of their least widths. */
const at = (room: number | undefined) => {
  const { columns: shown, least } = fittingColumns(list, room);
  return [shown.map(({ title }) => title[0]).join(''), least];
};

test('a list shows as many columns as fit, the least important last', () => {
  expect(at(undefined)).toEqual(['NISPC', 922]);
  expect(at(922)).toEqual(['NISPC', 922]);
  // Narrower columns.
  expect(at(921)).toEqual(['NISPC', 832]);
  expect(at(831)).toEqual(['NISP', 742]);
  expect(at(741)).toEqual(['NSP', 592]);
  // Narrower buttons.
  expect(at(591)).toEqual(['NSP', 530]);
  expect(at(529)).toEqual(['NS', 430]);
  // Then it scrolls.
  expect(at(300)).toEqual(['NS', 430]);
});

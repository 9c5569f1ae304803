import type { ListColumn } from './list-column.ts';

/** Pixels for a column without a fixed width: names stay readable. */
const LEAST_WIDTH = 150;

/** The columns that a list shows, and the width of its buttons. */
export interface Fitting<T> {
  readonly columns: readonly ListColumn<T>[];
  readonly actionsWidth: string;
  /** In pixels. If the list is narrower than that, it scrolls. */
  readonly least: number;
}

/** How a list uses its width. */
export interface ListWidths<T> {
  readonly columns: readonly ListColumn<T>[];
  /** Pixels of what isn't a column or the row's buttons. */
  readonly other: number;
  readonly actionsWidth: string;
  readonly narrowActionsWidth: string;
}

/**
 * The most that fits into `room` pixels: first, columns get narrower, then columns that need room are
 * hidden, then the buttons get narrower, then columns that need width are hidden, each from the right.
 * Without a known room, everything is shown.
 */
export function fittingColumns<T>(list: ListWidths<T>, room: number | undefined): Fitting<T> {
  const { columns, actionsWidth, narrowActionsWidth, other } = list;
  const fits = ({ least }: Fitting<T>) => room === undefined || least <= room;
  const usual = fitted(columns, actionsWidth, other);
  if (fits(usual)) return usual;
  const narrow = columns.map((column) =>
    column.narrowWidth ? { ...column, width: column.narrowWidth } : column,
  );
  const roomy = without('needsRoom', fitted(narrow, actionsWidth, other), fits);
  if (fits(roomy)) return roomy;
  return without('needsWidth', fitted(roomy.columns, narrowActionsWidth, other), fits);
}

/** Hides columns with a need from the right, until the list fits. */
function without<T>(
  need: 'needsRoom' | 'needsWidth',
  fitting: Fitting<T>,
  fits: (fitting: Fitting<T>) => boolean,
): Fitting<T> {
  const spared = fitting.columns.findLast((each) => each[need]);
  if (spared === undefined || fits(fitting)) return fitting;
  const columns = fitting.columns.filter((each) => each !== spared);
  const least = fitting.least - pixels(spared.width);
  return without(need, { ...fitting, columns, least }, fits);
}

function fitted<T>(
  columns: readonly ListColumn<T>[],
  actionsWidth: string,
  other: number,
): Fitting<T> {
  const widths = [...columns.map(({ width }) => width), actionsWidth].map(pixels);
  return { columns, actionsWidth, least: widths.reduce((sum, width) => sum + width, other) };
}

function pixels(width: string | undefined): number {
  return width?.endsWith('px') ? Number.parseInt(width, 10) : LEAST_WIDTH;
}

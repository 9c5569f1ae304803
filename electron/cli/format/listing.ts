import { renderTable } from '../table.ts';
import { compileTemplate } from '../template/render.ts';

/** The fields of one object in a list, by their names for `--format`. */
export type ListingRow = Readonly<Record<string, unknown>>;

export interface ListingOptions {
  /** The user's `--format`: a template, `table [TEMPLATE]` or `json`. */
  readonly format?: string | undefined;
  /** Template of the default table; `\t` separates columns. */
  readonly table: string;
  /** The column headers, by field. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The complete output of a list command. */
export function renderListing(rows: readonly ListingRow[], options: ListingOptions): string {
  const format = unescaped(options.format?.trim() || 'table');
  if (format === 'json') return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  if (!/^table(\s|$)/.test(format)) {
    const render = compileTemplate(format);
    return rows.map((row) => `${render(row)}\n`).join('');
  }
  const render = compileTemplate(format.slice('table'.length).trim() || options.table);
  const headers = { ...options.headers, Label: ownName };
  return renderTable([headers, ...rows].map((row) => render(row).split('\t')));
}

/** The header of a `{{.Label "name"}}` column. */
const ownName = (name: string) => name;

// Shells pass `\t` as two characters.
const unescaped = (format: string) => format.replaceAll('\\t', '\t').replaceAll('\\n', '\n');

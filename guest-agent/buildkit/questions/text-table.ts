/** Rows of text in columns, with `gap` blanks or more between them. The last column isn't filled up. */
export function textTable(rows: readonly (readonly string[])[], gap: number): string {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + ' '.repeat(blanks(cell, widths[column], gap)),
      )
      .join('');
  return rows.map((row) => `${line(row)}\n`).join('');
}

function blanks(cell: string, width = 0, gap = 0): number {
  return width - [...cell].length + gap;
}

/** Spaces between columns. */
const GAP = 3;

/** Lays out rows (the first is the header) in aligned columns; each line ends with a newline. */
export function renderTable(
  rows: readonly (readonly string[])[],
  minimumWidth = 10,
  gap = GAP,
): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? minimumWidth, [...cell].length + gap);
    });
  }
  return rows.map((row) => `${renderRow(row, widths)}\n`).join('');
}

/** The last cell is not padded. */
function renderRow(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, column) =>
      column === row.length - 1
        ? cell
        : cell + ' '.repeat((widths[column] ?? 0) - [...cell].length),
    )
    .join('');
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** ` 1.23MB / 4.56MB`, ` 1.23MB`, or nothing. */
export function byteProgress({ current, total }: { current: number; total: number }): string {
  if (total > 0) return ` ${decimalBytes(current)} / ${decimalBytes(total)}`;
  return current > 0 ? ` ${decimalBytes(current)}` : '';
}

/** As BuildKit prints sizes: `64B`, `1.23kB`. */
function decimalBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return power === 0 ? `${bytes}B` : `${(bytes / 1000 ** power).toFixed(2)}${UNITS[power]}`;
}

/** A limit in pods, given as a number or as a percentage of the total. */
export function scaled(
  limit: number | string,
  total: number,
  round: (value: number) => number,
): number {
  if (typeof limit === 'number') return limit;
  if (!limit.endsWith('%')) return Number(limit) || 0;
  return round((Number(limit.slice(0, -1)) * total) / 100) || 0;
}

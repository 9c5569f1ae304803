/** As many indexes as an Indexed Job can have. */
export const MAX_INDEXES = 100_000;

/** Indexes of a Job as Kubernetes writes them: `1,3-5,7`. Two in a row are `1,2`. */
export function formatIndexes(indexes: Iterable<number>): string {
  const sorted = [...new Set(indexes)].sort((a, b) => a - b);
  const ranges: [number, number][] = [];
  for (const index of sorted) {
    const last = ranges.at(-1);
    if (last && last[1] === index - 1) last[1] = index;
    else ranges.push([index, index]);
  }
  return ranges
    .map(([first, last]) => {
      if (first === last) return String(first);
      return last === first + 1 ? `${first},${last}` : `${first}-${last}`;
    })
    .join(',');
}

/** Ignores indexes that no Job can have: the text can come from a client. */
export function parseIndexes(text = ''): Set<number> {
  const indexes = new Set<number>();
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [first = '', last = first] = part.split('-');
    const end = Math.min(Number(last), MAX_INDEXES - 1);
    for (let index = Number(first); index <= end; index++) indexes.add(index);
  }
  return indexes;
}

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

export function parseIndexes(text = ''): Set<number> {
  const indexes = new Set<number>();
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [first = '', last = first] = part.split('-');
    for (let index = Number(first); index <= Number(last); index++) indexes.add(index);
  }
  return indexes;
}

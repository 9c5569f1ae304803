import type { ImageConfig } from './image.ts';

const MAPS = ['ExposedPorts', 'Labels', 'Volumes'] as const;

/** A configuration whose maps are sorted by name, as in Docker's documents. */
export function withSortedMaps(config: ImageConfig): ImageConfig {
  const maps = MAPS.flatMap((name) => {
    const map = config[name];
    return map == null ? [] : [[name, sortedByName(map)]];
  });
  return { ...config, ...Object.fromEntries(maps) };
}

export function sortedByName<T extends object>(fields: T): T {
  return Object.fromEntries(
    Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1)),
  ) as T;
}

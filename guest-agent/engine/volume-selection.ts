import { directorySize } from '../runtime/directory-size.ts';
import { volumeUsers } from './containers/volume-users.ts';
import type { Engine } from './engine.ts';
import { checkFilters, type Filters, hasLabel, matchesFilters } from './filters.ts';
import { publishPrune, removeUnlessTaken } from './prune.ts';
import type { Volume } from './volume.ts';

type Test = (engine: Engine, volume: Volume, value: string) => boolean;

const isTrue = (value: string) => ['1', 'true', 't'].includes(value.toLowerCase());

const labelTests: Record<string, Test> = {
  label: (_, { labels }, value) => hasLabel(labels, value),
  'label!': (_, { labels }, value) => !hasLabel(labels, value),
};

const listTests: Record<string, Test> = {
  ...labelTests,
  name: (_, { name }, value) => name.includes(value),
  driver: (_, __, value) => value === 'local',
  dangling: (engine, { name }, value) => (volumeUsers(engine, name).length === 0) === isTrue(value),
};

/** The volumes that match. Throws EngineError 'invalid' for a filter that doesn't exist. */
export function listVolumes(engine: Engine, filters: Filters): Volume[] {
  checkFilters(listTests, filters);
  return engine.volumes
    .list()
    .filter((volume) =>
      matchesFilters(listTests, filters, (test, value) => test(engine, volume, value)),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * Removes the volumes that no container has and that match: anonymous ones, and with the filter
 * `all` those with a name too; as Docker, none that was made with options. Answers the bytes that were freed.
 */
export async function pruneVolumes(
  engine: Engine,
  { all = [], ...filters }: Filters,
): Promise<{ removed: string[]; reclaimed: number }> {
  checkFilters(labelTests, filters);
  const removed: string[] = [];
  let reclaimed = 0;
  for (const volume of engine.volumes.list()) {
    const { name, anonymous, options } = volume;
    if (!anonymous && !all.some(isTrue)) continue;
    // What is mounted there may be anywhere.
    if (Object.keys(options).length > 0) continue;
    if (!matchesFilters(labelTests, filters, (test, value) => test(engine, volume, value)))
      continue;
    if (volumeUsers(engine, name).length > 0) continue;
    const size = await directorySize(engine.volumes.mountpoint(name));
    const remove = () => engine.volumes.remove(name, () => volumeUsers(engine, name));
    if (!(await removeUnlessTaken('conflict', remove))) continue;
    removed.push(name);
    reclaimed += size;
  }
  publishPrune(engine.events, 'volume', reclaimed);
  return { removed, reclaimed };
}

import { directorySize } from '../../runtime/files/directory-size.ts';
import type { ContainerCollection } from '../containers/record/collection.ts';
import { volumeUsers } from '../containers/record/volume-users.ts';
import type { EventBus } from '../events.ts';
import { checkFilters, type Filters, hasLabel, matchesFilters } from '../filters.ts';
import { publishPrune, removeUnlessTaken } from '../prune.ts';
import type { Volume } from './volume.ts';
import type { Volumes } from './volumes.ts';

/** Volumes, and what may use them. */
interface VolumeUse {
  readonly volumes: Volumes;
  readonly containers: ContainerCollection;
}

type Test = (use: VolumeUse, volume: Volume, value: string) => boolean;

const isTrue = (value: string) => ['1', 'true', 't'].includes(value.toLowerCase());

const labelTests: Record<string, Test> = {
  label: (_, { labels }, value) => hasLabel(labels, value),
  'label!': (_, { labels }, value) => !hasLabel(labels, value),
};

const listTests: Record<string, Test> = {
  ...labelTests,
  name: (_, { name }, value) => name.includes(value),
  driver: (_, __, value) => value === 'local',
  dangling: (use, { name }, value) => (volumeUsers(use, name).length === 0) === isTrue(value),
};

/** The volumes that match. Throws EngineError 'invalid' for a filter that doesn't exist. */
export function listVolumes(use: VolumeUse, filters: Filters): Volume[] {
  checkFilters(listTests, filters);
  return use.volumes
    .list()
    .filter((volume) =>
      matchesFilters(listTests, filters, (test, value) => test(use, volume, value)),
    )
    .sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * The volumes that no container has and that match: anonymous ones, and with the filter `all` those
 * with a name too; as Docker, none that was made with options. `gone`: containers that will have gone
 * by then. Throws EngineError 'invalid'.
 */
export function prunableVolumes(
  use: VolumeUse,
  { all = [], ...filters }: Filters,
  gone: ReadonlySet<string> = new Set(),
): Volume[] {
  checkFilters(labelTests, filters);
  return (
    use.volumes
      .list()
      .filter(({ anonymous }) => anonymous || all.some(isTrue))
      // What is mounted there may be anywhere.
      .filter(({ options }) => Object.keys(options).length === 0)
      .filter((volume) =>
        matchesFilters(labelTests, filters, (test, value) => test(use, volume, value)),
      )
      .filter(({ name }) => volumeUsers(use, name).every((id) => gone.has(id)))
  );
}

/** Removes what `prunableVolumes` finds. Answers the bytes that were freed. */
export async function pruneVolumes(
  engine: VolumeUse & { readonly events: EventBus },
  filters: Filters,
): Promise<{ removed: string[]; reclaimed: number }> {
  const removed: string[] = [];
  let reclaimed = 0;
  for (const { name } of prunableVolumes(engine, filters)) {
    const size = await directorySize(engine.volumes.mountpoint(name));
    const remove = () => engine.volumes.remove(name, () => volumeUsers(engine, name));
    if (!(await removeUnlessTaken('conflict', remove))) continue;
    removed.push(name);
    reclaimed += size;
  }
  publishPrune(engine.events, 'volume', reclaimed);
  return { removed, reclaimed };
}

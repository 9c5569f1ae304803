import { directorySize } from '../../runtime/files/directory-size.ts';
import type { ContainerCollection } from '../containers/record/collection.ts';
import { volumeUsers } from '../containers/record/volume-users.ts';
import type { EventBus } from '../events.ts';
import { checkFilters, type Filters, hasLabel, matchesFilters } from '../filters.ts';
import { publishPrune, removeUnlessTaken } from '../prune.ts';
import type { Volume } from './volume.ts';
import type { Volumes } from './volumes.ts';

/** Volumes and their possible users. */
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

/** The matching volumes. Throws EngineError 'invalid' for an unknown filter. */
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
 * The matching volumes without containers: anonymous ones, and with the filter `all` named ones
 * too. As in Docker, never volumes with options. `gone` are containers that will be removed before.
 * Throws EngineError 'invalid'.
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
      // A device in the options may be anywhere.
      .filter(({ options }) => Object.keys(options).length === 0)
      .filter((volume) =>
        matchesFilters(labelTests, filters, (test, value) => test(use, volume, value)),
      )
      .filter(({ name }) => volumeUsers(use, name).every((id) => gone.has(id)))
  );
}

/** Removes the volumes that `prunableVolumes` finds. Returns the number of freed bytes. */
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

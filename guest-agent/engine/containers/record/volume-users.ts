import type { ContainerCollection } from './collection.ts';
import type { ContainerRecord } from './container.ts';

/** IDs of the containers that use a volume, or may use it because their records can't be read. */
export function volumeUsers(
  { containers }: { readonly containers: ContainerCollection },
  volume: string,
): string[] {
  const users = containers
    .all()
    .filter(({ record }) => volumesOf(record).includes(volume))
    .map(({ id }) => id);
  return [...users, ...containers.unreadable.ids()];
}

/** The names of a container's volumes. */
export function volumesOf({ mounts }: ContainerRecord): string[] {
  return mounts.filter(({ type }) => type === 'volume').map(({ name }) => name);
}

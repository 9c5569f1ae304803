import type { ContainerCollection } from './collection.ts';
import type { ContainerRecord } from './container.ts';

/** IDs of the containers that have a volume, or may have it, as nobody can tell. */
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

/** Names of the volumes that a container has. */
export function volumesOf({ mounts }: ContainerRecord): string[] {
  return mounts.filter(({ type }) => type === 'volume').map(({ name }) => name);
}

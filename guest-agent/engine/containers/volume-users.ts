import type { Engine } from '../engine.ts';
import type { ContainerRecord } from './container.ts';

/** IDs of the containers that have a volume. */
export function volumeUsers(engine: Engine, volume: string): string[] {
  return engine.containers
    .all()
    .filter(({ record }) => volumesOf(record).includes(volume))
    .map(({ id }) => id);
}

/** Names of the volumes that a container has. */
export function volumesOf({ mounts }: ContainerRecord): string[] {
  return mounts.filter(({ type }) => type === 'volume').map(({ name }) => name);
}

import type { Engine } from '../engine.ts';

/** IDs of the containers that have a volume. */
export function volumeUsers(engine: Engine, volume: string): string[] {
  return engine.containers
    .all()
    .filter(({ record }) => record.mounts.some(({ name }) => name === volume))
    .map(({ id }) => id);
}

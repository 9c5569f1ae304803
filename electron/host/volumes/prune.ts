import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { removeVolume } from '../engine/volumes.ts';

/** Removes those of the volumes that no container uses; returns their names. */
export async function removeUnused(
  client: EngineClient,
  names: readonly string[],
): Promise<string[]> {
  const removed: string[] = [];
  for (const name of names) {
    try {
      await removeVolume(client, name);
      removed.push(name);
    } catch (error) {
      const taken = error instanceof HostError && (error.status === 409 || error.status === 404);
      if (!taken) throw error;
    }
  }
  return removed;
}

import { setTimeout } from 'node:timers/promises';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { createVolume, listVolumes, type NewVolume, removeVolume } from '../engine/volumes.ts';

const log = loggerOf('volumes');

/** Makes a volume. Rejects with status 409 when there is one: the engine would answer that one. */
export async function createNewVolume(
  client: EngineClient,
  volume: NewVolume & { readonly name: string },
): Promise<void> {
  const volumes = await listVolumes(client);
  if (volumes.some(({ Name }) => Name === volume.name)) {
    throw new HostError('engine', `there is a volume "${volume.name}" already`, { status: 409 });
  }
  await createVolume(client, volume);
}

/** Makes a volume and fills it; when that fails, it is gone again. */
export async function createFilled(
  client: EngineClient,
  volume: NewVolume & { readonly name: string },
  fill: () => Promise<void>,
): Promise<void> {
  await createNewVolume(client, volume);
  try {
    await fill();
  } catch (error) {
    // The first error counts.
    await log.attempt(`Removing ${volume.name}`, removeReleased(client, volume.name));
    throw error;
  }
}

/** Milliseconds that the engine is given to notice that a copy was broken off. */
const RELEASE_TIME = 10_000;

/** Removes a volume that the engine may still be writing to, for a client that has gone. */
async function removeReleased(client: EngineClient, name: string): Promise<void> {
  const deadline = Date.now() + RELEASE_TIME;
  for (;;) {
    try {
      return await removeVolume(client, name, { force: true });
    } catch (error) {
      const held = error instanceof HostError && error.status === 409;
      if (!held || Date.now() > deadline) throw error;
    }
    await setTimeout(100);
  }
}

import * as z from 'zod';
import type { Volume } from '../../api/volumes.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { listContainers } from '../engine/containers.ts';
import { listVolumes } from '../engine/volumes.ts';

/** All volumes by name, and the containers that use them. */
export async function readVolumes(client: EngineClient): Promise<Volume[]> {
  const [volumes, containers] = await Promise.all([
    listVolumes(client),
    listContainers(client, { all: true }),
  ]);
  return volumes.map(({ Name, Driver, CreatedAt, Labels, Options }) => {
    const createdAt = z.iso.datetime({ offset: true }).safeParse(CreatedAt).data;
    return {
      name: Name,
      driver: Driver,
      labels: Labels,
      options: Options,
      ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt).toISOString() }),
      usedBy: containers
        .filter(({ Mounts }) => Mounts.some((mount) => mount.Name === Name))
        .map(({ Id, Names, State }) => ({
          id: Id,
          name: (Names[0] ?? Id.slice(0, 12)).replace(/^\//, ''),
          running: State === 'running' || State === 'paused',
        })),
    };
  });
}

import type { DiskPrune } from '../../api/disk.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { pruneContainers } from '../engine/containers.ts';
import { pruneImages } from '../engine/images.ts';
import { pruneBuildCache, pruneVolumes } from '../engine/system.ts';

/** Removes what `prunePreview` lists. Returns the number of freed bytes. */
export async function prune(client: EngineClient, { kind, scope }: DiskPrune): Promise<number> {
  switch (kind) {
    case 'images':
      return (await pruneImages(client, { scope })).SpaceReclaimed;
    case 'containers':
      return (await pruneContainers(client)).SpaceReclaimed;
    case 'volumes':
      return (await pruneVolumes(client)).SpaceReclaimed;
    case 'buildCache':
      return (await pruneBuildCache(client, { all: true })).SpaceReclaimed;
  }
}

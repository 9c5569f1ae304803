import type { PrunableImage } from '../../../guest-agent/contract/endpoints/prune-preview.ts';
import type { DiskPrune, PruneItem, PrunePreview } from '../../api/disk.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { previewPrune } from '../engine/prune-preview.ts';
import { diskUsage } from '../engine/system.ts';
import { namesOf } from '../images/names.ts';

/** What `prune` would remove now. */
export async function prunePreview(
  client: EngineClient,
  { kind, scope }: DiskPrune,
): Promise<PrunePreview> {
  switch (kind) {
    case 'images': {
      const found = await previewPrune(client, { images: scope });
      return {
        going: found.Images.map(imageItem),
        staying: found.ImagesKept.map(imageItem),
        bytes: found.SpaceReclaimed,
      };
    }
    case 'containers': {
      const found = await previewPrune(client, { containers: true });
      return { going: found.Containers.map(item), staying: [], bytes: found.SpaceReclaimed };
    }
    case 'volumes': {
      const found = await previewPrune(client, { volumes: 'anonymous' });
      return { going: found.Volumes.map(item), staying: [], bytes: found.SpaceReclaimed };
    }
    case 'buildCache': {
      const { BuildCache } = await diskUsage(client);
      const unused = BuildCache.filter(({ InUse }) => !InUse);
      return {
        going: unused.map(({ ID, Size }) => ({ name: ID, size: Size })),
        staying: [],
        bytes: unused.reduce((sum, { Size }) => sum + Size, 0),
      };
    }
  }
}

const item = ({ Name, Size }: { Name: string; Size: number }): PruneItem => ({
  name: Name,
  size: Size,
});

/** An image without a name is listed by its ID. */
export const imageItem = (image: PrunableImage): PruneItem => ({
  name: namesOf(image).join(', ') || image.Id,
  size: image.Size,
});

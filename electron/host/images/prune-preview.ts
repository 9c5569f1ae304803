import type { PrunePreview } from '../../api/images.ts';
import type { EngineClient } from '../engine/client.ts';
import { listImages } from '../engine/images.ts';
import { namesOf } from './names.ts';

/** What a prune would remove now: all that no container uses, or only those without a name. */
export async function prunePreview(client: EngineClient, all: boolean): Promise<PrunePreview> {
  const images = await listImages(client, { counts: true });
  const going = images.filter(
    (image) => image.Containers === 0 && (all || namesOf(image).length === 0),
  );
  return {
    images: going.flatMap((image) => {
      const names = namesOf(image);
      return names.length > 0 ? names : [image.Id];
    }),
    bytes: going.reduce((sum, { Size, SharedSize = 0 }) => sum + Size - Math.max(0, SharedSize), 0),
  };
}

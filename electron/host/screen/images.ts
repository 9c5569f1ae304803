import type { Image } from '../../api/images.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { listImages } from '../engine/images.ts';
import { namesOf } from '../images/names.ts';

/** All images, newest first, with a row for each name. */
export async function readImages(client: EngineClient): Promise<Image[]> {
  const summaries = await listImages(client, { counts: true });
  summaries.sort((left, right) => right.Created - left.Created);
  return summaries.flatMap((summary) => {
    const { Id, Size, SharedSize = -1, Created } = summary;
    const row = {
      id: Id,
      size: Size,
      ...(SharedSize >= 0 ? { sharedSize: SharedSize } : {}),
      ...(Created > 0 ? { createdAt: new Date(Created * 1000).toISOString() } : {}),
    };
    const names = namesOf(summary);
    return names.length === 0 ? [row] : names.map((reference) => ({ ...row, reference }));
  });
}

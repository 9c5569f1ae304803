import type { Image } from '../../api/images.ts';
import type { EngineClient } from '../engine/client.ts';
import { listImages } from '../engine/images.ts';

const NAMELESS = '<none>:<none>';

/** All images, newest first, a row for each of their names. */
export async function readImages(client: EngineClient): Promise<Image[]> {
  const summaries = await listImages(client);
  summaries.sort((left, right) => right.Created - left.Created);
  return summaries.flatMap(({ Id, RepoTags, Size, Created }) => {
    const createdAt = Created > 0 ? { createdAt: new Date(Created * 1000).toISOString() } : {};
    const row = { id: Id, size: Size, ...createdAt };
    const names = RepoTags.filter((name) => name !== NAMELESS);
    return names.length === 0 ? [row] : names.map((reference) => ({ ...row, reference }));
  });
}

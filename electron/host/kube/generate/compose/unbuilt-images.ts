import { BUILT_NAME, type Project } from '../../../compose/file/project.ts';
import type { EngineClient } from '../../../engine/connection/client.ts';
import { inspectImageIfPresent } from '../../../engine/images.ts';

/**
 * The images that a project builds, and that the engine doesn't have yet. An image whose name the
 * file sets may be in a registry, so it doesn't count.
 */
export async function unbuiltOf(engine: EngineClient, { services }: Project): Promise<string[]> {
  const built = Object.values(services).flatMap((service) =>
    service.build && service[BUILT_NAME] && service.image !== undefined ? [service.image] : [],
  );
  const found = await Promise.all(
    [...new Set(built)].map(async (image) =>
      (await inspectImageIfPresent(engine, image)) ? [] : [image],
    ),
  );
  return found.flat();
}

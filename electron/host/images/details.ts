import type { ImageDetails } from '../../api/images.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { readImage } from '../engine/images.ts';

/** The details of an image. */
export async function imageDetails(client: EngineClient, reference: string): Promise<ImageDetails> {
  const { document, inspection } = await readImage(client, reference);
  const { Config, Os, Architecture, Variant } = inspection;
  const created = Date.parse(inspection.Created);
  return {
    id: inspection.Id,
    names: inspection.RepoTags,
    digests: inspection.RepoDigests,
    size: inspection.Size,
    // Go's zero time means that the time is unknown.
    ...(created > 0 ? { createdAt: new Date(created).toISOString() } : {}),
    platform: [Os, Architecture, Variant].filter((part) => part !== '').join('/'),
    author: inspection.Author,
    entrypoint: Config.Entrypoint,
    command: Config.Cmd,
    env: Config.Env,
    ports: Object.keys(Config.ExposedPorts),
    volumes: Object.keys(Config.Volumes),
    user: Config.User,
    workdir: Config.WorkingDir,
    labels: Config.Labels,
    document: JSON.stringify(document, null, 2),
  };
}

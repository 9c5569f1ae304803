import { createRequest } from '../../../../../guest-agent/grammar/create-request.ts';
import { askLike } from '../../../containers/ask-like.ts';
import type { EngineClient } from '../../../engine/connection/client.ts';
import { readContainer } from '../../../engine/containers.ts';
import { inspectImageIfPresent } from '../../../engine/images.ts';
import type { NamedContainer } from './from-containers.ts';

/** Containers with the requests that would create them again, and the ports of their images. */
export async function readContainers(
  client: EngineClient,
  ids: readonly string[],
): Promise<NamedContainer[]> {
  const containers: NamedContainer[] = [];
  for (const id of ids) {
    const { document, inspection } = await readContainer(client, id);
    const image = await inspectImageIfPresent(client, inspection.Image);
    const config = image?.Config ?? { ...inspection.Config, Env: [], Labels: {} };
    const request = createRequest(askLike(document, inspection, config));
    const name = inspection.Name.replace(/^\//, '');
    const ExposedPorts = { ...config.ExposedPorts, ...request.ExposedPorts };
    containers.push({
      name,
      request: { ...request, ExposedPorts: ExposedPorts as Record<string, object> },
    });
  }
  return containers;
}

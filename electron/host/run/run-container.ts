import type { RunRequest } from '../../api/run.ts';
import type { EngineClient } from '../engine/client.ts';
import { createContainer, removeContainer, startContainer } from '../engine/containers.ts';
import { createRequest } from './create-request.ts';

/** Creates and starts a container; one that cannot start is removed again. */
export async function runContainer(
  client: EngineClient,
  request: RunRequest,
): Promise<{ id: string; warnings: string[] }> {
  const { name } = request;
  const { Id, Warnings } = await createContainer(
    client,
    createRequest(request),
    name === undefined ? {} : { name },
  );
  try {
    await startContainer(client, Id);
  } catch (error) {
    // The first error counts.
    await removeContainer(client, Id, { force: true, volumes: true }).catch(() => {});
    throw error;
  }
  return { id: Id, warnings: Warnings };
}

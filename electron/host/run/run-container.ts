import type { RunRequest } from '../../api/run.ts';
import type { EngineClient } from '../engine/client.ts';
import { createContainer, removeContainer, startContainer } from '../engine/containers.ts';
import { HostError } from '../errors.ts';
import { createRequest } from './create-request.ts';

/** Creates and starts a container; one that cannot start is removed again. */
export async function runContainer(
  client: EngineClient,
  request: RunRequest,
): Promise<{ id: string; warnings: string[] }> {
  requireVolumes(request);
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

/** Folders of this computer are not shared: the engine would mount one of the machine instead. */
function requireVolumes({ mounts = [] }: RunRequest): void {
  const folder = mounts.find(({ source = '' }) => /[\\/]/.test(source))?.source;
  if (folder === undefined) return;
  throw new HostError(
    'invalid',
    `sharing folders of this computer is not possible yet: "${folder}" was not mounted and no container was created`,
    { hint: 'A volume works: give it a name.' },
  );
}

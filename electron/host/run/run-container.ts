import type { RunRequest } from '../../api/run.ts';
import { loggerOf } from '../base/log.ts';
import { requireShared } from '../containers/require-shared.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { createContainer, removeContainer, startContainer } from '../engine/containers.ts';
import type { SettingsStore } from '../settings/store.ts';
import { createRequest } from './create-request.ts';

const log = loggerOf('containers');

type Settings = Pick<SettingsStore, 'read'>;

/** Creates and starts a container; one that cannot start is removed again. */
export async function runContainer(
  { engine: client, settings }: { readonly engine: EngineClient; readonly settings: Settings },
  request: RunRequest,
): Promise<{ id: string; warnings: string[] }> {
  await requireFolders(settings, request);
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
    const removed = removeContainer(client, Id, { force: true, volumes: true });
    await log.attempt('Removing a container that did not start', removed);
    throw error;
  }
  return { id: Id, warnings: Warnings };
}

/** Sources that are no names of volumes are folders of this computer. */
async function requireFolders(settings: Settings, { mounts = [] }: RunRequest): Promise<void> {
  const folders = mounts.flatMap(({ source = '' }) => (/[\\/]/.test(source) ? [source] : []));
  if (folders.length === 0) return;
  const { sharedFolders } = await settings.read();
  for (const folder of folders) requireShared(folder, sharedFolders);
}

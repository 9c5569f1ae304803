import {
  type ContainerAsk,
  checkAsk,
  createRequest,
  hostFolders,
} from '../../../guest-agent/grammar/create-request.ts';
import type { RunRequest } from '../../api/run.ts';
import { askOf } from '../../api/run-ask.ts';
import { loggerOf } from '../base/log.ts';
import { requireShared } from '../containers/require-shared.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { createContainer, removeContainer, startContainer } from '../engine/containers.ts';
import type { SettingsStore } from '../settings/store.ts';

const log = loggerOf('containers');

type Settings = Pick<SettingsStore, 'read'>;

/** Creates and starts a container; removes it if it can't start. */
export async function runContainer(
  { engine: client, settings }: { readonly engine: EngineClient; readonly settings: Settings },
  request: RunRequest,
): Promise<{ id: string; warnings: string[] }> {
  const ask = askOf(request);
  checkAsk(ask);
  await requireFolders(settings, ask);
  const { name } = request;
  const { Id, Warnings } = await createContainer(
    client,
    createRequest(ask),
    name === undefined ? {} : { name },
  );
  try {
    await startContainer(client, Id);
  } catch (error) {
    // The original error matters more.
    const removed = removeContainer(client, Id, { force: true, volumes: true });
    await log.attempt("Removing a container that didn't start", removed);
    throw error;
  }
  return { id: Id, warnings: Warnings };
}

/** Rejects a folder that isn't shared, naming its row in the request. */
async function requireFolders(settings: Settings, ask: ContainerAsk): Promise<void> {
  const folders = hostFolders(ask);
  if (folders.length === 0) return;
  const { sharedFolders } = await settings.read();
  for (const { path, index } of folders) {
    requireShared(path, sharedFolders, process.platform, `mounts.${index}.source`);
  }
}

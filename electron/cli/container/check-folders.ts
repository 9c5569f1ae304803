import { type ContainerAsk, hostFolders } from '../../../guest-agent/grammar/create-request.ts';
import { requireShared } from '../../host/containers/require-shared.ts';
import type { CliContext } from '../context.ts';

/** Throws HostError 'invalid' for a host folder that isn't shared. */
export async function checkFolders(context: CliContext, ask: ContainerAsk): Promise<void> {
  const folders = hostFolders(ask);
  if (folders.length === 0) return;
  const { settings } = await context.host();
  const { sharedFolders } = await settings.read();
  for (const { path } of folders) requireShared(path, sharedFolders);
}

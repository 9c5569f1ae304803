import { requireShared } from '../../containers/require-shared.ts';
import type { ServiceMount } from '../file/mount-schema.ts';
import type { ComposeHost } from './compose-host.ts';

/** Checks for mounts that the engine would refuse, before anything is built, pulled or created. */
export async function requireFolders(
  { settings }: ComposeHost,
  mounts: readonly ServiceMount[],
): Promise<void> {
  const folders = mounts.flatMap(({ type, source }) => (type === 'bind' && source ? [source] : []));
  if (folders.length === 0) return;
  const { sharedFolders } = await settings.read();
  for (const folder of folders) requireShared(folder, sharedFolders);
}

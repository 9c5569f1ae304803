import { requireShared } from '../../containers/require-shared.ts';
import type { Project, ProjectService } from '../file/project.ts';
import type { ComposeHost } from './compose-host.ts';
import { mountedFiles } from './file-mounts.ts';

/** Checks for mounts that the engine would refuse, before anything is built, pulled or created. */
export async function requireFolders(
  { settings }: ComposeHost,
  project: Project,
  services: readonly ProjectService[],
): Promise<void> {
  const folders = services.flatMap((service) => [
    ...(service.volumes ?? []).flatMap(({ type, source }) =>
      type === 'bind' && source ? [source] : [],
    ),
    ...mountedFiles(project, service).map(({ file }) => file.file),
  ]);
  if (folders.length === 0) return;
  const { sharedFolders } = await settings.read();
  for (const folder of folders) requireShared(folder, sharedFolders);
}

import type { ContainerCreateRequest } from '../../../guest-agent/contract/engine-types.ts';
import { requireShared } from '../../host/containers/require-shared.ts';
import type { CliContext } from '../context.ts';
import { parseVolume } from '../flags/volume.ts';

/** Throws HostError 'invalid' for a folder of this computer that is not shared. */
export async function checkBinds(
  context: CliContext,
  { HostConfig }: ContainerCreateRequest,
): Promise<void> {
  const sources = [
    ...(HostConfig?.Binds ?? []).map(parseVolume).flatMap((volume) => sourceOf(volume)),
    ...(HostConfig?.Mounts ?? []).flatMap(({ Type, Source = '' }) =>
      Type === 'bind' ? [Source] : [],
    ),
  ];
  if (sources.length === 0) return;
  const { settings } = await context.host();
  const { sharedFolders } = await settings.read();
  for (const source of sources) requireShared(source, sharedFolders);
}

const sourceOf = (volume: ReturnType<typeof parseVolume>) =>
  volume.kind === 'bind' ? [volume.source] : [];

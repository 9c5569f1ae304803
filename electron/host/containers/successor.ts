import * as z from 'zod';
import type {
  ContainerCreateRequest,
  EndpointSettings,
} from '../../../guest-agent/contract/engine-types.ts';
import { splitVolume } from '../../../guest-agent/grammar/volume.ts';
import type { Config } from '../engine/config-schema.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
import { ownConfig } from './requested-config.ts';

/** Passes the engine's configuration through unchanged. */
const rawSchema = z.looseObject({
  Config: z.looseObject({}),
  HostConfig: z.looseObject({}),
});

/**
 * The create request for a container from the newest image of the same reference. Keeps what the
 * user requested; the image's defaults come from the new image.
 */
export function successorOf(
  raw: unknown,
  document: ContainerInspection,
  image: Config,
): ContainerCreateRequest {
  const { Config: config, HostConfig: hostConfig } = rawSchema.parse(raw);
  const own = ownConfig(document.Config, image);
  const kept = Object.fromEntries(
    Object.keys(config)
      .filter((key) => key in own)
      .map((key) => [key, ISOLATED.has(key) ? own[key] : config[key]]),
  );
  // The default hostname is the container's own ID.
  if (document.Id.startsWith(document.Config.Hostname)) delete kept.Hostname;
  return {
    ...kept,
    HostConfig: { ...hostConfig, Binds: bindsOf(document) },
    ...networkingOf(document),
  };
}

/** Fields that combine the image's values with the container's own. */
const ISOLATED = new Set(['Env', 'Labels', 'ExposedPorts', 'Volumes']);

/** Refers to anonymous volumes by their generated names, so that the new container keeps them. */
function bindsOf({ HostConfig, Mounts }: ContainerInspection): string[] {
  const isAsked = (destination: string) =>
    HostConfig.Binds.some((bind) => splitVolume(bind)?.target === destination) ||
    HostConfig.Mounts.some(({ Target }) => Target === destination);
  const unnamed = Mounts.flatMap(({ Type, Name, Destination }) =>
    Type === 'volume' && Name !== undefined && !isAsked(Destination)
      ? [`${Name}:${Destination}`]
      : [],
  );
  return [...HostConfig.Binds, ...unnamed];
}

function networkingOf(
  document: ContainerInspection,
): Pick<ContainerCreateRequest, 'NetworkingConfig'> {
  const { NetworkSettings, HostConfig, Id } = document;
  if (/^(host|none|container:.*)$/.test(HostConfig.NetworkMode)) return {};
  const endpoints = Object.entries(NetworkSettings.Networks).map(([name, endpoint]) => {
    const { IPAMConfig, DriverOpts, Links, GwPriority } = endpoint;
    const aliases = endpoint.Aliases.filter((alias) => !Id.startsWith(alias));
    const settings = { IPAMConfig, DriverOpts, Links, GwPriority } as EndpointSettings;
    return [name, { ...settings, Aliases: aliases }] as const;
  });
  return { NetworkingConfig: { EndpointsConfig: Object.fromEntries(endpoints) } };
}

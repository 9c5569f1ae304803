import * as z from 'zod';
import type { ContainerAsk } from '../../../guest-agent/grammar/create-request.ts';
import { defined } from '../../../guest-agent/grammar/defined.ts';
import type { Mount } from '../../../guest-agent/grammar/engine-types.ts';
import { formatLink, parseLink } from '../../../guest-agent/grammar/link.ts';
import { isUserDefined, joinOf, type NetworkJoin } from '../../../guest-agent/grammar/network.ts';
import { publishedPorts } from '../../../guest-agent/grammar/port.ts';
import { splitVolume, type Volume } from '../../../guest-agent/grammar/volume.ts';
import type { Config } from '../engine/config-schema.ts';
import type { ContainerInspection } from '../engine/container-inspection.ts';
import { ownConfig } from './requested-config.ts';
import { requestedHostConfig } from './requested-host-config.ts';

const mountSchema = z.looseObject({
  Type: z.enum(['bind', 'volume', 'tmpfs', 'image', 'npipe', 'cluster']),
  Source: z.string().nullish(),
  Target: z.string(),
  ReadOnly: z.boolean().nullish(),
  BindOptions: z.looseObject({ CreateMountpoint: z.boolean().nullish() }).nullish(),
});

const number = z
  .number()
  .nullish()
  .transform((value) => value || undefined);

/** Fields that `containerInspectionSchema` doesn't parse. */
const restSchema = z.looseObject({
  Config: z.looseObject({ Domainname: z.string().nullish(), StopTimeout: number }),
  HostConfig: z.looseObject({
    Links: z.array(z.string()).nullish(),
    Mounts: z.array(mountSchema).nullish(),
  }),
});

const healthSchema = z
  .object({
    Test: z.array(z.string()).nullish(),
    Interval: number,
    Timeout: number,
    StartPeriod: number,
    StartInterval: number,
    Retries: number,
  })
  .nullish();

const endpointSchema = z.looseObject({
  IPAMConfig: z
    .looseObject({ IPv4Address: z.string().optional(), IPv6Address: z.string().optional() })
    .nullish(),
  DriverOpts: z.record(z.string(), z.string()).nullish(),
});

/**
 * Builds a create request for a container like this one, attached if its input is open. Anonymous
 * volumes are replaced by new ones.
 */
export function askLike(raw: unknown, document: ContainerInspection, image: Config): ContainerAsk {
  const { Config, HostConfig } = document;
  const rest = restSchema.parse(raw);
  const own = ownConfig(Config, image);
  const { OpenStdin, Tty } = Config;
  const { Name = '', MaximumRetryCount = 0 } = HostConfig.RestartPolicy ?? {};
  const mounts = rest.HostConfig.Mounts ?? [];
  const links = rest.HostConfig.Links ?? [];
  return {
    image: Config.Image,
    command: own.Cmd,
    entrypoint: own.Entrypoint,
    env: own.Env,
    labels: own.Labels,
    tty: Tty ?? false,
    interactive: OpenStdin ?? false,
    attach: OpenStdin ? ['stdin', 'stdout', 'stderr'] : Tty ? ['stdout', 'stderr'] : [],
    ports: publishedPorts(HostConfig.PortBindings),
    exposed: Object.keys(own.ExposedPorts),
    volumes: [
      ...HostConfig.Binds.flatMap((bind) => splitVolume(bind) ?? []),
      ...mounts.flatMap(shortForm),
      ...Object.keys(own.Volumes).map((target): Volume => ({ target })),
    ],
    mounts: mounts.filter((mount) => shortForm(mount).length === 0) as Mount[],
    networks: networksOf(document),
    links: links.length > 0 ? links.map((link) => formatLink(parseLink(link))) : undefined,
    restart: { Name: Name as 'no', ...(MaximumRetryCount > 0 && { MaximumRetryCount }) },
    autoRemove: HostConfig.AutoRemove ?? false,
    healthcheck: healthOf(own),
    config: {
      ...namesOf(document, rest.Config.Domainname || undefined),
      StopSignal: own.StopSignal || undefined,
      StopTimeout: rest.Config.StopTimeout,
      User: own.User || undefined,
      WorkingDir: own.WorkingDir || undefined,
    },
    host: requestedHostConfig(rest.HostConfig),
  };
}

/**
 * A container that shares the host name of another container or of the host records that name as its
 * own. The engine refuses to create a container with such a name.
 */
function namesOf({ Config, HostConfig, Id }: ContainerInspection, Domainname?: string) {
  const { NetworkMode, UTSMode } = HostConfig;
  if (/^container:/.test(NetworkMode)) return {};
  if (NetworkMode === 'host' || UTSMode === 'host') return { Domainname };
  // The default hostname is the container's own ID.
  return { Domainname, Hostname: Id.startsWith(Config.Hostname) ? undefined : Config.Hostname };
}

/** A bind mount whose missing folder is created: `--volume` does that, `--mount` refuses. */
function shortForm({ Type, Source, Target, ReadOnly, BindOptions }: z.output<typeof mountSchema>) {
  const { CreateMountpoint, Propagation, ...others } = BindOptions ?? {};
  if (Type !== 'bind' || !CreateMountpoint || Object.values(others).some(Boolean)) return [];
  const options = [...(ReadOnly ? ['ro'] : []), ...(Propagation ? [String(Propagation)] : [])];
  const volume: Volume = {
    ...{ source: Source ?? '', target: Target },
    ...(options.length > 0 && { options }),
  };
  return [volume];
}

/** The default network is only listed if it has options. */
function networksOf({ HostConfig, NetworkSettings, Id }: ContainerInspection): NetworkJoin[] {
  const mode = HostConfig.NetworkMode;
  if (/^(host|none|container:.*)$/.test(mode)) return [{ name: mode }];
  const joins = Object.entries(NetworkSettings.Networks).map(([name, endpoint]) => {
    const { IPAMConfig, DriverOpts } = endpointSchema.parse(endpoint);
    const ip = IPAMConfig?.IPv4Address;
    const ip6 = IPAMConfig?.IPv6Address;
    return joinOf(
      name,
      defined({
        Aliases: some(endpoint.Aliases.filter((alias) => !Id.startsWith(alias))),
        Links: some(endpoint.Links),
        DriverOpts: DriverOpts && Object.keys(DriverOpts).length > 0 ? DriverOpts : undefined,
        GwPriority: endpoint.GwPriority || undefined,
        IPAMConfig: (ip || ip6) && defined({ IPv4Address: ip, IPv6Address: ip6 }),
      }) as Parameters<typeof joinOf>[1],
    );
  });
  const [only, ...others] = joins.sort((a, b) => Number(b.name === mode) - Number(a.name === mode));
  if (!only || others.length > 0) return joins;
  const { name, ...settings } = only;
  const isAsked = Object.values(settings).some((value) => value !== undefined);
  return isUserDefined(name) || isAsked ? joins : [];
}

const some = <T>(items: readonly T[]) => (items.length > 0 ? [...items] : undefined);

function healthOf(own: Config): ContainerAsk['healthcheck'] {
  const { Test, ...settings } = healthSchema.parse(own.Healthcheck) ?? {};
  const check = defined({ Test: Test?.length ? Test : undefined, ...settings });
  return Object.keys(check).length > 0 ? (check as ContainerAsk['healthcheck']) : undefined;
}

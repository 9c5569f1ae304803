import { HostError } from '../../host/base/errors.ts';
import type { EndpointRequest } from '../../host/engine/networks.ts';
import { type NetworkFlag, parseNetwork } from '../flags/network.ts';
import type { ContainerOptions } from './options.ts';

/** The parts of a request to create a container that are about its networks. */
export interface Networks {
  readonly NetworkMode: string | undefined;
  /** Of the default network; on others a link is part of the endpoint. */
  readonly Links: string[] | undefined;
  readonly networking: { EndpointsConfig: Record<string, EndpointRequest> } | undefined;
}

/**
 * What `--network` and the flags that speak of the network say. These are about the first one.
 * Throws HostError 'invalid' where the long form says otherwise.
 */
export function networks(options: ContainerOptions): Networks {
  const flags = (options.network ?? []).map(parseNetwork);
  const [first = { name: 'default', aliases: [] }, ...others] = flags;
  const isUserDefined = !/^(default|bridge|host|none|container:.*)$/.test(first.name);
  const links = options.link && [...options.link];
  const endpoints = Object.fromEntries(
    [completed(first, options), ...others].map((flag) => [flag.name, endpoint(flag)]),
  );
  const own = endpoints[first.name];
  if (links && own && isUserDefined) endpoints[first.name] = { ...own, Links: links };
  const asked = Object.values(endpoints).some((settings) => Object.keys(settings).length > 0);
  return {
    NetworkMode: options.network && first.name,
    Links: isUserDefined ? undefined : links,
    networking: asked || flags.length > 1 ? { EndpointsConfig: endpoints } : undefined,
  };
}

/** The first network, with what the flags for it add. */
function completed(flag: NetworkFlag, options: ContainerOptions): NetworkFlag {
  const { ip, ip6, macAddress, networkAlias = [] } = options;
  const twice = [
    [ip, flag.ip, '--ip'],
    [ip6, flag.ip6, '--ip6'],
    [macAddress, flag.macAddress, '--mac-address'],
  ].find(([one, other]) => one !== undefined && other !== undefined);
  if (twice) {
    throw new HostError(
      'invalid',
      `conflicting options: cannot specify both ${twice[2]} and per-network settings`,
    );
  }
  return {
    ...flag,
    aliases: [...flag.aliases, ...networkAlias],
    ...(ip !== undefined && { ip }),
    ...(ip6 !== undefined && { ip6 }),
    ...(macAddress !== undefined && { macAddress }),
  };
}

function endpoint(flag: NetworkFlag): EndpointRequest {
  const { aliases, ip, ip6, macAddress, driverOptions, gatewayPriority } = flag;
  return {
    ...(aliases.length > 0 && { Aliases: [...aliases] }),
    ...((ip !== undefined || ip6 !== undefined) && {
      IPAMConfig: {
        ...(ip !== undefined && { IPv4Address: ip }),
        ...(ip6 !== undefined && { IPv6Address: ip6 }),
      },
    }),
    ...(macAddress !== undefined && { MacAddress: macAddress }),
    ...(driverOptions && { DriverOpts: { ...driverOptions } }),
    ...(gatewayPriority !== undefined && { GwPriority: gatewayPriority }),
  };
}

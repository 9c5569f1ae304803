import { EngineError } from '../../../errors.ts';
import { parseLink } from '../../../grammar/link.ts';
import { isUserDefined } from '../../../grammar/network.ts';
import type { Engine } from '../../engine.ts';
import { type Endpoint, newEndpoint } from '../record/endpoint.ts';
import type { CreateRequest } from '../request/config.ts';
import { type EndpointRequest, endpointRequestSchema } from '../request/endpoint-request.ts';
import { checkEndpoint } from './check-endpoint.ts';

/** The network mode and the networks of a new container. */
export interface RequestedNetworks {
  /** The network's name, or "container:ID". */
  readonly mode: string;
  /** By network name. */
  readonly endpoints: Record<string, Endpoint>;
}

/** The networks of a new container, checked. Throws EngineError in Docker's words. */
export function requestedNetworks(engine: Engine, request: CreateRequest): RequestedNetworks {
  const { HostConfig: host, NetworkingConfig: asked, MacAddress } = request;
  // As in Docker, a network or another container need not exist before the container starts.
  const shared = /^container:(.*)$/.exec(host.NetworkMode)?.[1];
  if (shared !== undefined) {
    checkShared(request);
    return { mode: `container:${engine.containers.find(shared)?.id ?? shared}`, endpoints: {} };
  }
  const primary = engine.networks.findMode(host.NetworkMode);
  const mode = primary?.name ?? host.NetworkMode;
  if (primary?.driver === 'host' && host.Links.length > 0) {
    throw conflict(
      "host type networking can't be used with links. This would result in undefined behavior",
    );
  }
  // As in Docker, these links count only on the default network.
  for (const { target } of host.Links.map(parseLink)) {
    if (isUserDefined(mode) || engine.containers.find(target)) continue;
    throw new EngineError(
      'invalid',
      `could not get container for ${target}: No such container: ${target}`,
    );
  }
  const byName = new Map<string, EndpointRequest>();
  for (const [reference, endpoint] of Object.entries(asked)) {
    byName.set(engine.networks.findMode(reference)?.name ?? reference, endpoint);
  }
  // If a client sets no mode, the networks that it lists count.
  const named = host.NetworkMode !== '' && host.NetworkMode !== 'default';
  if ((named || byName.size === 0) && !byName.has(mode)) {
    byName.set(mode, endpointRequestSchema.parse(null));
  }
  const endpoints: Record<string, Endpoint> = {};
  for (const [name, endpoint] of byName) {
    const network = engine.networks.find(name);
    const askedMacAddress = endpoint.askedMacAddress || (name === mode ? MacAddress : '');
    const complete = { ...endpoint, askedMacAddress };
    if (network) checkEndpoint(network, complete);
    if (byName.size > 1 && network && network.driver !== 'bridge')
      throw notWithOthers(network.driver);
    endpoints[name] = newEndpoint(network, complete);
  }
  return { mode, endpoints };
}

/** Settings that a shared network namespace can't have twice. */
function checkShared({ HostConfig: host, MacAddress, ...config }: CreateRequest): void {
  if (host.Links.length > 0) {
    throw conflict(
      "container type network can't be used with links. This would result in undefined behavior",
    );
  }
  const mode = 'and the network mode';
  if (config.Hostname) throw conflict(`hostname ${mode}`);
  if (host.Dns.length > 0) throw conflict(`dns ${mode}`);
  if (host.ExtraHosts.length > 0) throw conflict(`custom host-to-IP mapping ${mode}`);
  if (MacAddress) throw conflict(`mac-address ${mode}`);
  if (host.PublishAllPorts || Object.keys(host.PortBindings).length > 0) {
    throw conflict('port publishing and the container type network mode');
  }
  if (Object.keys(config.ExposedPorts).length > 0) {
    throw conflict('port exposing and the container type network mode');
  }
}

const conflict = (what: string) => new EngineError('invalid', `conflicting options: ${what}`);

const notWithOthers = (driver: string) =>
  new EngineError(
    'invalid',
    driver === 'host'
      ? 'container sharing network namespace with another container or host cannot be connected to any other network'
      : 'container cannot be connected to multiple networks with one of the networks in private (none) mode',
  );

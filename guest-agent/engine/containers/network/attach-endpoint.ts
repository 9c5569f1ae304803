import { parsePort } from '../../../grammar/port.ts';
import type { NetavarkEndpoint } from '../../../network/netavark.ts';
import type { Engine } from '../../engine.ts';
import { knowsNames, type Network } from '../../networks/network.ts';
import type { ContainerRecord } from '../record/container.ts';
import type { Endpoint } from '../record/endpoint.ts';
import { dnsNames } from './dns-names.ts';
import { networkRate } from './rate-limit.ts';

/** Connects a container's network namespace to one of its networks. */
export async function attachEndpoint(
  engine: Engine,
  record: ContainerRecord,
  name: string,
  namespace = engine.directories.networkNamespace(record.id),
): Promise<void> {
  const endpoint = record.endpoints[name];
  if (!endpoint?.interface) return;
  const request = netavarkEndpoint(record, engine.networks.get(name), endpoint);
  const { driver, driverLock } = engine.networks;
  await driverLock.run(() => driver.setup(namespace, request));
  if (request.network.internal) await driver.markInternal(request.network.bridge);
  const limit = networkRate(record.config.Labels);
  if (limit) {
    const { inside, outside } = request;
    await driver.limitTraffic({ namespace, inside, outside }, limit);
  }
}

/** Undoes `attachEndpoint`. Does all that it can, and rejects afterwards if a step failed. */
export async function detachEndpoint(
  engine: Engine,
  record: ContainerRecord,
  name: string,
  namespace = engine.directories.networkNamespace(record.id),
): Promise<void> {
  const endpoint = record.endpoints[name];
  const network = engine.networks.find(name);
  if (!endpoint?.interface || !network) return;
  const request = netavarkEndpoint(record, network, endpoint);
  const { driver, driverLock } = engine.networks;
  await driverLock.run(() => driver.teardown(namespace, request));
}

/** A container's connection to a network, whose interface outside of the container is `outside`. */
interface Connection {
  readonly name: string;
  readonly outside: string;
}

/** The connections that a running container has by its record. */
export function connectionsOf(engine: Engine, record: ContainerRecord): Connection[] {
  return Object.entries(record.endpoints).flatMap(([name, endpoint]) => {
    const network = engine.networks.find(name);
    if (!network || endpoint.interface === '' || endpoint.endpointId === '') return [];
    return [{ name, outside: netavarkEndpoint(record, network, endpoint).outside }];
  });
}

/** An endpoint in netavark's format. */
export function netavarkEndpoint(
  record: ContainerRecord,
  network: Network,
  endpoint: Endpoint,
): NetavarkEndpoint {
  const mtu = Number(network.options['com.docker.network.driver.mtu']);
  return {
    containerId: record.id,
    containerName: record.name,
    network: {
      ...{ id: network.id, bridge: network.bridge, internal: network.internal },
      subnets: network.ipam.map(({ subnet, gateway }) => ({ subnet, gateway })),
      names: knowsNames(network),
      mtu: mtu > 0 ? mtu : undefined,
    },
    addresses: [endpoint.address, endpoint.address6].filter((address) => address !== ''),
    macAddress: endpoint.macAddress,
    inside: endpoint.interface,
    outside: `veth${endpoint.endpointId.slice(0, 8)}`,
    // The aliases become words of a line in the name server's configuration.
    aliases: dnsNames(record, network)
      .slice(1)
      .filter((name) => /^[\w.-]+$/.test(name)),
    dnsServers: record.hostConfig.Dns,
    defaultRoute: endpoint.isGateway,
    ports: endpoint.isGateway ? portMappings(record, endpoint) : [],
  };
}

/** An address of one family can't be forwarded to an address of the other. */
function portMappings(
  { publishedPorts }: ContainerRecord,
  { address, address6 }: Endpoint,
): NetavarkEndpoint['ports'] {
  return publishedPorts
    .filter(({ hostIp }) => (hostIp.includes(':') ? address6 : address) !== '')
    .map(({ port, hostIp, hostPort }) => {
      const { number, protocol } = parsePort(port);
      return {
        ...{ host_ip: hostIp, host_port: hostPort, container_port: number, protocol, range: 1 },
      };
    });
}

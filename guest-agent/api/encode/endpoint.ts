import { dnsNames } from '../../engine/containers/network/dns-names.ts';
import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import type { Endpoint } from '../../engine/containers/record/endpoint.ts';
import type { Networks } from '../../engine/networks/networks.ts';

/** `EndpointSettings` of the Engine API. */
function encodeEndpoint(endpoint: Endpoint, networkId: string, names: readonly string[]) {
  const { askedAddress, askedAddress6 } = endpoint;
  return {
    IPAMConfig:
      askedAddress || askedAddress6
        ? {
            ...(askedAddress && { IPv4Address: askedAddress }),
            ...(askedAddress6 && { IPv6Address: askedAddress6 }),
          }
        : null,
    Links: endpoint.links.length > 0 ? endpoint.links : null,
    Aliases: endpoint.aliases.length > 0 ? endpoint.aliases : null,
    MacAddress: endpoint.macAddress || endpoint.askedMacAddress,
    DriverOpts: Object.keys(endpoint.driverOptions).length > 0 ? endpoint.driverOptions : null,
    GwPriority: endpoint.gatewayPriority,
    NetworkID: networkId,
    EndpointID: endpoint.endpointId,
    Gateway: endpoint.address ? endpoint.gateway : '',
    IPAddress: endpoint.address,
    IPPrefixLen: endpoint.prefixLength,
    IPv6Gateway: endpoint.gateway6,
    GlobalIPv6Address: endpoint.address6,
    GlobalIPv6PrefixLen: endpoint.prefixLength6,
    DNSNames: names.length > 0 ? names : null,
  };
}

/** As in Docker, a container that never ran isn't shown in its networks. */
export function encodeEndpoints(networks: Networks, record: ContainerRecord) {
  const hasRun = record.state.startedAt !== null;
  return Object.fromEntries(
    Object.entries(record.endpoints).map(([name, endpoint]) => {
      const network = hasRun ? networks.find(name) : undefined;
      const names = network ? dnsNames(record, network) : [];
      return [name, encodeEndpoint(endpoint, hasRun ? endpoint.networkId : '', names)];
    }),
  );
}

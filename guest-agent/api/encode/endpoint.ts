import type { ContainerRecord, Endpoint } from '../../engine/containers/container.ts';

/** `EndpointSettings` of the Engine API. */
export function encodeEndpoint(endpoint: Endpoint) {
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: null,
    MacAddress: endpoint.macAddress,
    DriverOpts: null,
    GwPriority: 0,
    NetworkID: endpoint.networkId,
    EndpointID: '',
    Gateway: endpoint.address ? endpoint.gateway : '',
    IPAddress: endpoint.address,
    IPPrefixLen: endpoint.prefixLength,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    DNSNames: null,
  };
}

export function encodeEndpoints(record: ContainerRecord) {
  return Object.fromEntries(
    Object.entries(record.endpoints).map(([name, endpoint]) => [name, encodeEndpoint(endpoint)]),
  );
}

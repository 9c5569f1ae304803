import type { ContainerRecord } from '../../engine/containers/container.ts';
import type { Network } from '../../engine/networks/network.ts';

/** `Network` of the Engine API; `members` are the containers that are on it now. */
export function encodeNetwork(network: Network, members: readonly ContainerRecord[]) {
  return {
    Name: network.name,
    Id: network.id,
    Created: network.createdAt,
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: network.enableIPv4,
    EnableIPv6: network.enableIPv6,
    IPAM: {
      Driver: 'default',
      Options: network.ipamOptions,
      Config: network.ipam.length > 0 ? network.ipam.map(encodeIpam) : null,
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(members.map((record) => [record.id, member(network, record)])),
    Options: network.options,
    Labels: network.labels,
  };
}

function encodeIpam({ subnet, range, gateway, auxiliary }: Network['ipam'][number]) {
  return {
    Subnet: subnet,
    ...(range && { IPRange: range }),
    Gateway: gateway,
    ...(Object.keys(auxiliary).length > 0 && { AuxiliaryAddresses: auxiliary }),
  };
}

function member(network: Network, record: ContainerRecord) {
  const endpoint = record.endpoints[network.name];
  const withPrefix = (address = '', prefixLength = 0) => address && `${address}/${prefixLength}`;
  return {
    Name: record.name,
    EndpointID: endpoint?.endpointId ?? '',
    MacAddress: endpoint?.macAddress ?? '',
    IPv4Address: withPrefix(endpoint?.address, endpoint?.prefixLength),
    IPv6Address: withPrefix(endpoint?.address6, endpoint?.prefixLength6),
  };
}

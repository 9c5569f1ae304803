import type { ContainerRecord } from '../../engine/containers/record/container.ts';
import { isBuiltIn, type Network } from '../../engine/networks/network.ts';
import { orNull } from './optional.ts';

/** `Network` of the Engine API. `members` are the containers that are connected now. */
export function encodeNetwork(network: Network, members: readonly ContainerRecord[], hostIp = '') {
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
      Config: orNull(
        network.ipam.map(({ subnet, range, gateway, auxiliary }) => ({
          Subnet: subnet,
          ...(range && { IPRange: range }),
          Gateway: gateway,
          ...(Object.keys(auxiliary).length > 0 && { AuxiliaryAddresses: auxiliary }),
        })),
      ),
    },
    Internal: network.internal,
    Attachable: network.attachable,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: Object.fromEntries(members.map((record) => [record.id, member(network, record)])),
    Options: isBuiltIn(network) ? builtInOptions(network, hostIp) : network.options,
    Labels: network.labels,
  };
}

/** The effective settings of the default bridge, as options. Clients read its MTU from them. */
function builtInOptions({ bridge }: Network, hostIp: string): Record<string, string> {
  if (bridge === '') return {};
  const prefix = 'com.docker.network';
  return {
    [`${prefix}.bridge.default_bridge`]: 'true',
    [`${prefix}.bridge.enable_icc`]: 'true',
    [`${prefix}.bridge.enable_ip_masquerade`]: 'true',
    [`${prefix}.bridge.host_binding_ipv4`]: hostIp || '0.0.0.0',
    [`${prefix}.bridge.name`]: bridge,
    [`${prefix}.driver.mtu`]: '1500',
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

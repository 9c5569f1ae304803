import type { Engine } from '../../engine/engine.ts';
import type { Network } from '../../engine/networks.ts';
import { EngineError } from '../../errors.ts';
import { json, type Route } from '../route.ts';

/** The networks that there are. */
export function networkRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'GET',
      path: '/networks',
      handle: async () => json(engine.networks.list().map((network) => encodeNetwork(network))),
    },
    {
      method: 'POST',
      path: '/networks/create',
      handle: async () => {
        throw new EngineError('not-implemented', "networks of one's own are not possible yet");
      },
    },
    {
      method: 'POST',
      path: '/networks/prune',
      handle: async () => json({ NetworksDeleted: null }),
    },
    {
      method: 'GET',
      path: '/networks/:name',
      handle: async ({ params }) => {
        const network = engine.networks.get(params.name ?? '');
        return json({ ...encodeNetwork(network), Containers: members(engine, network) });
      },
    },
  ];
}

/** `Network` of the Engine API. */
function encodeNetwork(network: Network) {
  return {
    Name: network.name,
    Id: network.id,
    Created: '0001-01-01T00:00:00Z',
    Scope: 'local',
    Driver: network.driver,
    EnableIPv4: true,
    EnableIPv6: false,
    IPAM: {
      Driver: 'default',
      Options: null,
      Config: network.subnet ? [{ Subnet: network.subnet, Gateway: network.gateway }] : [],
    },
    Internal: false,
    Attachable: false,
    Ingress: false,
    ConfigFrom: { Network: '' },
    ConfigOnly: false,
    Containers: {},
    Options: {},
    Labels: {},
  };
}

function members(engine: Engine, network: Network) {
  return Object.fromEntries(
    engine.containers
      .all()
      .map(({ record }) => ({ record, endpoint: record.endpoints[network.name] }))
      .filter(({ endpoint }) => endpoint?.address)
      .map(({ record, endpoint }) => [
        record.id,
        {
          Name: record.name,
          EndpointID: '',
          MacAddress: endpoint?.macAddress ?? '',
          IPv4Address: `${endpoint?.address}/${endpoint?.prefixLength}`,
          IPv6Address: '',
        },
      ]),
  );
}

import * as z from 'zod';
import { connectContainer, disconnectContainer } from '../../engine/containers/network/connect.ts';
import { endpointRequestSchema } from '../../engine/containers/request/endpoint-request.ts';
import type { Engine } from '../../engine/engine.ts';
import { createNetwork } from '../../engine/networks/create.ts';
import { networkCreateSchema } from '../../engine/networks/create-request.ts';
import { matchesNetwork } from '../../engine/networks/filters.ts';
import type { Network } from '../../engine/networks/network.ts';
import { pruneNetworks, removeNetwork } from '../../engine/networks/remove.ts';
import { flag as flagField } from '../../engine/request-fields.ts';
import { isBefore } from '../api-version.ts';
import { encodeNetwork } from '../encode/network.ts';
import { networkStatus } from '../encode/network-status.ts';
import { filters } from '../query.ts';
import { empty, json, type Route } from '../route.ts';

const connectSchema = z.object({ Container: z.string(), EndpointConfig: endpointRequestSchema });
const disconnectSchema = z.object({ Container: z.string(), Force: flagField });

/** Networks and their containers. */
export function networkRoutes(engine: Engine): Route[] {
  return [
    {
      method: 'GET',
      path: '/networks',
      handle: async ({ query }) => {
        const wanted = filters(query);
        const chosen = engine.networks
          .list()
          .filter((network) => matchesNetwork(engine.networks, network, wanted));
        // A list doesn't show the containers of each network.
        return json(chosen.map((network) => encodeNetwork(network, [], engine.networks.hostIp)));
      },
    },
    {
      method: 'POST',
      path: '/networks/create',
      handle: async ({ json: readBody }) => {
        const network = await createNetwork(engine, await readBody(networkCreateSchema));
        return json({ Id: network.id, Warning: '' }, 201);
      },
    },
    {
      method: 'POST',
      path: '/networks/prune',
      handle: async ({ query }) => {
        const removed = await pruneNetworks(engine, filters(query));
        return json({ NetworksDeleted: removed.length > 0 ? removed : null });
      },
    },
    {
      method: 'POST',
      path: '/networks/:name/connect',
      handle: async ({ params, json: readBody }) => {
        const { Container, EndpointConfig } = await readBody(connectSchema);
        const container = engine.containers.get(Container);
        await connectContainer(engine, container, params.name ?? '', EndpointConfig);
        return empty(200);
      },
    },
    {
      method: 'POST',
      path: '/networks/:name/disconnect',
      handle: async ({ params, json: readBody }) => {
        const { Container } = await readBody(disconnectSchema);
        const container = engine.containers.get(Container);
        await disconnectContainer(engine, container, params.name ?? '');
        return empty(200);
      },
    },
    {
      method: 'GET',
      path: '/networks/:name',
      handle: async ({ params, version }) => {
        const network = engine.networks.get(params.name ?? '');
        return json({
          ...encodeNetwork(network, membersOf(engine, network), engine.networks.hostIp),
          ...(isBefore(version, '1.52')
            ? {}
            : { Status: networkStatus(network.ipam, engine.networks.poolsOf(network)) }),
        });
      },
    },
    {
      method: 'DELETE',
      path: '/networks/:name',
      handle: async ({ params }) => {
        await removeNetwork(engine, params.name ?? '');
        return empty();
      },
    },
  ];
}

/** Only running containers: a stopped container isn't on its networks. */
function membersOf(engine: Engine, network: Network) {
  return engine.containers
    .all()
    .map(({ record }) => record)
    .filter((record) => record.endpoints[network.name]?.endpointId);
}

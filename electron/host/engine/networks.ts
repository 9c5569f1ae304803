import * as z from 'zod';
import type { EndpointRequest } from '../../../guest-agent/grammar/engine-types.ts';
import type { EngineClient } from './connection/client.ts';
import { listOf, mapOf, parseReply } from './connection/reply.ts';
import type { Filters } from './containers.ts';

const networkSchema = z.looseObject({
  Id: z.string(),
  Name: z.string(),
  /** RFC 3339. */
  Created: z.string(),
  Scope: z.string(),
  Driver: z.string(),
  EnableIPv4: z.boolean().optional(),
  EnableIPv6: z.boolean(),
  Internal: z.boolean(),
  Labels: mapOf(z.string()),
  Options: mapOf(z.string()),
  IPAM: z
    .looseObject({
      Config: listOf(
        z.looseObject({ Subnet: z.string().optional(), Gateway: z.string().optional() }),
      ),
    })
    .nullish(),
});
export type NetworkSummary = z.output<typeof networkSchema>;

/** Body of POST /networks/create. */
export interface NetworkCreateRequest {
  readonly Name: string;
  readonly Driver?: string;
  readonly Internal?: boolean;
  readonly Attachable?: boolean;
  readonly EnableIPv4?: boolean;
  readonly EnableIPv6?: boolean;
  readonly IPAM?: {
    readonly Driver?: string;
    readonly Options?: Readonly<Record<string, string>>;
    readonly Config?: readonly {
      readonly Subnet: string;
      readonly IPRange?: string;
      readonly Gateway?: string;
      readonly AuxiliaryAddresses?: Readonly<Record<string, string>>;
    }[];
  };
  readonly Options?: Readonly<Record<string, string>>;
  readonly Labels?: Readonly<Record<string, string>>;
}

const pathOf = (network: string, verb = '') => `/networks/${encodeURIComponent(network)}${verb}`;

/** GET /networks. */
export async function listNetworks(
  client: EngineClient,
  filters: Filters = {},
): Promise<NetworkSummary[]> {
  const query = Object.keys(filters).length > 0 ? { filters } : {};
  return parseReply(listOf(networkSchema), await client.json('GET', '/networks', { query }));
}

/** POST /networks/create; returns the ID. */
export async function createNetwork(
  client: EngineClient,
  request: NetworkCreateRequest,
): Promise<string> {
  const reply = await client.json('POST', '/networks/create', { body: request });
  return parseReply(z.looseObject({ Id: z.string() }), reply).Id;
}

/** DELETE /networks/{id}. As everywhere here, the argument is a name, an ID or its prefix. */
export async function removeNetwork(client: EngineClient, network: string): Promise<void> {
  await client.json('DELETE', pathOf(network));
}

/** Removes networks that no container uses; returns their names. */
export async function pruneNetworks(client: EngineClient, filters: Filters = {}) {
  const reply = await client.json('POST', '/networks/prune', { query: { filters } });
  return parseReply(z.looseObject({ NetworksDeleted: listOf(z.string()) }), reply);
}

/** Connects a container to a network: immediately if it runs, otherwise at its next start. */
export async function connectNetwork(
  client: EngineClient,
  network: string,
  container: string,
  endpoint: EndpointRequest,
): Promise<void> {
  await client.json('POST', pathOf(network, '/connect'), {
    body: { Container: container, EndpointConfig: endpoint },
  });
}

/** Disconnects a container from a network. */
export async function disconnectNetwork(
  client: EngineClient,
  network: string,
  container: string,
  options: { force?: boolean } = {},
): Promise<void> {
  await client.json('POST', pathOf(network, '/disconnect'), {
    body: { Container: container, Force: options.force ?? false },
  });
}

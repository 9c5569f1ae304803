import * as z from 'zod';
import type { Member, Network } from '../../api/networks.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import type { ContainerSummary } from '../engine/container-schemas.ts';
import { listContainers } from '../engine/containers.ts';
import { listNetworks } from '../engine/networks.ts';

const BUILT_IN: readonly string[] = ['bridge', 'host', 'none'];

/** All networks and their containers, user-defined networks first, each group by name. */
export async function readNetworks(client: EngineClient): Promise<Network[]> {
  const [networks, containers] = await Promise.all([
    listNetworks(client),
    listContainers(client, { all: true }),
  ]);
  return networks
    .map((network) => ({
      id: network.Id,
      name: network.Name,
      driver: network.Driver,
      ...createdAt(network.Created),
      builtIn: BUILT_IN.includes(network.Name),
      internal: network.Internal,
      ipv6: network.EnableIPv6,
      subnets: (network.IPAM?.Config ?? []).flatMap(({ Subnet, Gateway }) =>
        Subnet ? [{ subnet: Subnet, ...(Gateway ? { gateway: Gateway } : {}) }] : [],
      ),
      options: network.Options,
      labels: network.Labels,
      members: containers.flatMap((container) => memberOf(container, network.Name)),
    }))
    .sort((a, b) => Number(a.builtIn) - Number(b.builtIn) || a.name.localeCompare(b.name));
}

function memberOf(container: ContainerSummary, network: string): Member[] {
  const endpoint = container.NetworkSettings.Networks[network];
  if (!endpoint) return [];
  const { IPAddress, GlobalIPv6Address, MacAddress, Aliases } = endpoint;
  return [
    {
      id: container.Id,
      name: (container.Names[0] ?? container.Id.slice(0, 12)).replace(/^\//, ''),
      running: container.State === 'running' || container.State === 'paused',
      ...(IPAddress ? { address: IPAddress } : {}),
      ...(GlobalIPv6Address ? { address6: GlobalIPv6Address } : {}),
      ...(MacAddress ? { mac: MacAddress } : {}),
      aliases: Aliases,
    },
  ];
}

function createdAt(text: string): { createdAt?: string } {
  const time = z.iso.datetime({ offset: true }).safeParse(text).data;
  return time === undefined ? {} : { createdAt: new Date(time).toISOString() };
}

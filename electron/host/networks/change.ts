import type { NewNetwork } from '../../api/networks.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { createNetwork, removeNetwork } from '../engine/networks.ts';

/** Makes a network; answers its ID. */
export function createNewNetwork(client: EngineClient, network: NewNetwork): Promise<string> {
  const { name, driver, subnet, gateway, internal, ipv6 } = network;
  if (gateway !== undefined && subnet === undefined) {
    throw new HostError('invalid', 'a gateway needs the subnet that it is in');
  }
  return createNetwork(client, {
    Name: name,
    Driver: driver,
    Internal: internal,
    EnableIPv6: ipv6,
    ...(subnet === undefined
      ? {}
      : { IPAM: { Config: [{ Subnet: subnet, ...(gateway ? { Gateway: gateway } : {}) }] } }),
  });
}

/** Removes the networks of these IDs that no container is on by now; answers how many. */
export async function removeUnused(client: EngineClient, ids: readonly string[]): Promise<number> {
  let removed = 0;
  for (const id of ids) {
    try {
      await removeNetwork(client, id);
      removed += 1;
    } catch (error) {
      // 403: containers came to it meanwhile.
      const taken = error instanceof HostError && (error.status === 403 || error.status === 404);
      if (!taken) throw error;
    }
  }
  return removed;
}

import type { NewNetwork } from '../../api/networks.ts';
import { HostError } from '../base/errors.ts';
import type { EngineClient } from '../engine/connection/client.ts';
import { createNetwork, removeNetwork } from '../engine/networks.ts';

/** Creates a network; returns its ID. */
export function createNewNetwork(client: EngineClient, network: NewNetwork): Promise<string> {
  const { name, driver, subnet, gateway, internal, ipv6 } = network;
  if (gateway !== undefined && subnet === undefined) {
    throw new HostError('invalid', 'A gateway also needs a subnet');
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

/** Removes those of the networks that no container uses; returns their number. */
export async function removeUnused(client: EngineClient, ids: readonly string[]): Promise<number> {
  let removed = 0;
  for (const id of ids) {
    try {
      await removeNetwork(client, id);
      removed += 1;
    } catch (error) {
      // 403: containers were connected in the meantime.
      const taken = error instanceof HostError && (error.status === 403 || error.status === 404);
      if (!taken) throw error;
    }
  }
  return removed;
}

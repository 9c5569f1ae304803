import type { Networks } from '../../networks/networks.ts';
import type { Endpoints } from '../record/endpoint.ts';

/**
 * The network with a container's default route and published ports. As in Docker, the network with
 * the highest priority, and among equals the first by name. Undefined if no network leads out.
 */
export function gatewayNetwork(networks: Networks, endpoints: Endpoints): string | undefined {
  return Object.entries(endpoints)
    .filter(([name]) => {
      const network = networks.find(name);
      return network?.driver === 'bridge' && !network.internal;
    })
    .sort(
      ([nameA, a], [nameB, b]) =>
        b.gatewayPriority - a.gatewayPriority || (nameA < nameB ? -1 : Number(nameA > nameB)),
    )[0]?.[0];
}

import type { EventBus } from '../events.ts';
import type { Network } from './network.ts';

/**
 * Publishes a network's event. `container` is the ID of the container that was connected or
 * disconnected.
 */
export function publishNetworkEvent(
  { events }: { readonly events: EventBus },
  network: Network,
  action: 'create' | 'connect' | 'disconnect' | 'destroy',
  container?: string,
): void {
  events.publish({
    type: 'network',
    action,
    id: network.id,
    attributes: {
      ...(container !== undefined && { container }),
      name: network.name,
      type: network.driver,
    },
  });
}

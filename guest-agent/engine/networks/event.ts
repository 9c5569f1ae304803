import type { Engine } from '../engine.ts';
import type { Network } from './network.ts';

/** Publishes what happened to a network; `container` is the ID of the one that came or went. */
export function publishNetworkEvent(
  engine: Engine,
  network: Network,
  action: 'create' | 'connect' | 'disconnect' | 'destroy',
  container?: string,
): void {
  engine.events.publish({
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

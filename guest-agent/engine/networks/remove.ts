import { EngineError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import { type Filters, hasLabel, matchesFilters, parseTime } from '../filters.ts';
import { publishPrune, removeUnlessTaken } from '../prune.ts';
import { publishNetworkEvent } from './event.ts';
import { isBuiltIn, type Network } from './network.ts';

/** Removes a network. Rejects with EngineError 'forbidden' while containers are on it. */
export async function removeNetwork(engine: Engine, reference: string): Promise<void> {
  await engine.networks.lock.run(async () => {
    const network = engine.networks.get(reference);
    if (isBuiltIn(network)) {
      throw new EngineError(
        'forbidden',
        `${network.name} is a pre-defined network and cannot be removed`,
      );
    }
    if (engine.networks.isInUse(network)) {
      throw new EngineError(
        'forbidden',
        `error while removing network: network ${network.name} has active endpoints (${activeEndpoints(engine, network)})`,
      );
    }
    await engine.networks.delete(network);
    publishNetworkEvent(engine, network, 'destroy');
  });
}

/** As Docker lists them: `name:"web" id:"0123456789ab"`. */
function activeEndpoints(engine: Engine, network: Network): string {
  return engine.networks
    .membersOf(network)
    .map((id) => engine.containers.find(id)?.record)
    .filter((record) => record !== undefined)
    .map(({ name, endpoints }) => {
      const id = endpoints[network.name]?.endpointId.slice(0, 12) ?? '';
      return `name:"${name}" id:"${id}"`;
    })
    .join(', ');
}

const tests: Record<string, (network: Network, value: string) => boolean> = {
  until: ({ createdAt }, value) => Date.parse(createdAt) < parseTime(value),
  label: ({ labels }, value) => hasLabel(labels, value),
  'label!': ({ labels }, value) => !hasLabel(labels, value),
};

/** The networks that no container is on and that match. Throws EngineError 'invalid'. */
export function prunableNetworks(engine: Engine, filters: Filters): Network[] {
  return engine.networks
    .list()
    .filter((network) => matchesFilters(tests, filters, (test, value) => test(network, value)))
    .filter((network) => !isBuiltIn(network) && !engine.networks.isInUse(network));
}

/** Removes what `prunableNetworks` finds; answers their names. */
export async function pruneNetworks(engine: Engine, filters: Filters): Promise<string[]> {
  const removed: string[] = [];
  for (const network of prunableNetworks(engine, filters)) {
    const remove = () => removeNetwork(engine, network.id);
    if (await removeUnlessTaken('forbidden', remove)) removed.push(network.name);
  }
  // As Docker says: networks take no room.
  publishPrune(engine.events, 'network', 0);
  return removed;
}

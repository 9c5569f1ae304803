import { EngineError } from '../../errors.ts';
import type { ContainerCollection } from '../containers/record/collection.ts';
import type { EventBus } from '../events.ts';
import { type Filters, hasLabel, matchesFilters, parseTime } from '../filters.ts';
import { publishPrune, removeUnlessTaken } from '../prune.ts';
import { publishNetworkEvent } from './event.ts';
import { isBuiltIn, type Network } from './network.ts';
import type { Networks } from './networks.ts';

/** Networks and the containers that may use them. */
interface NetworkUse {
  readonly networks: Networks;
  readonly containers: ContainerCollection;
}

interface NetworkRemoval extends NetworkUse {
  readonly events: EventBus;
}

/** Removes a network. Rejects with EngineError 'forbidden' while containers use it. */
export async function removeNetwork(engine: NetworkRemoval, reference: string): Promise<void> {
  await engine.networks.lock.run(async () => {
    const lost = engine.networks.find(reference)
      ? undefined
      : engine.networks.unreadable.find(reference);
    if (lost !== undefined) return engine.networks.deleteUnreadable(lost);
    const network = engine.networks.get(reference);
    if (isBuiltIn(network)) {
      throw new EngineError(
        'forbidden',
        `${network.name} is a pre-defined network and cannot be removed`,
      );
    }
    if (mayBeInUse(engine, network)) {
      throw new EngineError(
        'forbidden',
        `error while removing network: network ${network.name} has active endpoints (${activeEndpoints(engine, network)})`,
      );
    }
    await engine.networks.delete(network);
    publishNetworkEvent(engine, network, 'destroy');
  });
}

/** A container whose record can't be read may use any network. */
function mayBeInUse({ networks, containers }: NetworkUse, network: Network): boolean {
  return networks.isInUse(network) || containers.unreadable.ids().length > 0;
}

/** Docker's list: `name:"web" id:"0123456789ab"`. */
function activeEndpoints(engine: NetworkUse, network: Network): string {
  const endpoints = engine.networks
    .membersOf(network)
    .map((id) => engine.containers.find(id)?.record)
    .filter((record) => record !== undefined)
    .map((record) => [record.name, record.endpoints[network.name]?.endpointId ?? ''] as const);
  // Without a record, neither the name nor the endpoint is known.
  const lost = engine.containers.unreadable.ids().map((id) => [id.slice(0, 12), ''] as const);
  return [...endpoints, ...lost]
    .map(([name, id]) => `name:"${name}" id:"${id.slice(0, 12)}"`)
    .join(', ');
}

const tests: Record<string, (network: Network, value: string) => boolean> = {
  until: ({ createdAt }, value) => Date.parse(createdAt) < parseTime(value),
  label: ({ labels }, value) => hasLabel(labels, value),
  'label!': ({ labels }, value) => !hasLabel(labels, value),
};

/** The matching networks without containers. Throws EngineError 'invalid'. */
export function prunableNetworks(engine: NetworkUse, filters: Filters): Network[] {
  return engine.networks
    .list()
    .filter((network) => matchesFilters(tests, filters, (test, value) => test(network, value)))
    .filter((network) => !isBuiltIn(network) && !mayBeInUse(engine, network));
}

/** Removes the networks that `prunableNetworks` finds, and returns their names. */
export async function pruneNetworks(engine: NetworkRemoval, filters: Filters): Promise<string[]> {
  const removed: string[] = [];
  for (const network of prunableNetworks(engine, filters)) {
    const remove = () => removeNetwork(engine, network.id);
    if (await removeUnlessTaken('forbidden', remove)) removed.push(network.name);
  }
  // As in Docker, networks take no space.
  publishPrune(engine.events, 'network', 0);
  return removed;
}

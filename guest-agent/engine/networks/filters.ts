import { EngineError } from '../../errors.ts';
import { type Filters, hasLabel, matchesFilters } from '../filters.ts';
import { isBuiltIn, type Network } from './network.ts';
import type { Networks } from './networks.ts';

type Test = (networks: Networks, network: Network, value: string) => boolean;

const tests: Record<string, Test> = {
  driver: (_, { driver }, value) => driver === value,
  id: (_, { id }, value) => id.startsWith(value),
  label: (_, { labels }, value) => hasLabel(labels, value),
  'label!': (_, { labels }, value) => !hasLabel(labels, value),
  name: (_, { name }, value) => name.includes(value),
  scope: (_, __, value) => value === 'local',
  type: (_, network, value) => isBuiltIn(network) === (value === 'builtin'),
  dangling: (networks, network, value) => isDangling(networks, network) === isTrue(value),
};

/** Throws EngineError 'invalid' for an unknown filter or value. */
export function matchesNetwork(networks: Networks, network: Network, filters: Filters): boolean {
  for (const type of filters.type ?? []) {
    if (type !== 'builtin' && type !== 'custom') {
      throw new EngineError('invalid', `invalid filter: 'type'='${type}'`);
    }
  }
  return matchesFilters(tests, filters, (test, value) => test(networks, network, value));
}

function isDangling(networks: Networks, network: Network): boolean {
  return !isBuiltIn(network) && !networks.isInUse(network);
}

function isTrue(value: string): boolean {
  if (['true', '1'].includes(value)) return true;
  if (['false', '0'].includes(value)) return false;
  throw new EngineError('invalid', `invalid filter 'dangling=[${value}]'`);
}

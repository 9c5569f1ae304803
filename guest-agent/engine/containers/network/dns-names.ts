import { knowsNames, type Network } from '../../networks/network.ts';
import type { ContainerRecord } from '../record/container.ts';

/** The names of a container on a network, its own name first. Empty if the network has no names. */
export function dnsNames(record: ContainerRecord, network: Network): string[] {
  if (!knowsNames(network)) return [];
  const { aliases = [] } = record.endpoints[network.name] ?? {};
  return [
    ...new Set([record.name, ...aliases, record.id.slice(0, 12), record.config.Hostname]),
  ].filter((name) => name !== '');
}

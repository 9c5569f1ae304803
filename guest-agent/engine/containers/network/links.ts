import { EngineError } from '../../../errors.ts';
import { type Link, parseLink } from '../../../grammar/link.ts';
import type { Engine } from '../../engine.ts';
import { type ContainerRecord, hasProcess } from '../record/container.ts';

/** Throws EngineError in Docker's words if a linked container has no address. */
export function checkLinks(engine: Engine, record: ContainerRecord): void {
  for (const { network, target, alias } of linksOf(record)) {
    const other = engine.containers.get(target).record;
    if (!hasProcess(other)) {
      throw new EngineError(
        'conflict',
        `Cannot link to a non running container: /${other.name} AS /${record.name}/${alias}`,
      );
    }
    if (!other.endpoints[network]) {
      throw new EngineError(
        'conflict',
        `Cannot link to /${other.name}, as it does not belong to the ${network === 'bridge' ? 'default' : network} network`,
      );
    }
  }
}

/** The lines of /etc/hosts for linked containers that run. */
export function linkedHosts(engine: Engine, record: ContainerRecord): string[] {
  return linksOf(record).flatMap(({ network, target, alias }) => {
    const other = engine.containers.find(target)?.record;
    const { address, address6 } = other?.endpoints[network] ?? {};
    if (!other || !(address || address6)) return [];
    const names = new Set([alias, other.config.Hostname, other.name]);
    return [`${address || address6}\t${[...names].join(' ')}`];
  });
}

/** Links on the default bridge are in the host configuration, where Docker's clients put them. */
function linksOf({ endpoints, hostConfig }: ContainerRecord): (Link & { network: string })[] {
  return Object.entries(endpoints).flatMap(([network, { links }]) =>
    [...links, ...(network === 'bridge' ? hostConfig.Links : [])].map((link) => ({
      network,
      ...parseLink(link),
    })),
  );
}

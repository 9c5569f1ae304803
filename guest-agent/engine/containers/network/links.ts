import { EngineError } from '../../../errors.ts';
import { type Link, parseLink } from '../../../grammar/link.ts';
import type { Engine } from '../../engine.ts';
import { type ContainerRecord, hasProcess } from '../record/container.ts';
import { legacyLinks } from '../record/legacy-links.ts';

/**
 * Throws EngineError in Docker's words if a container that is linked on the default bridge has no
 * address. On other networks, a linked container may appear later.
 */
export function checkLinks(engine: Engine, record: ContainerRecord): void {
  for (const { target, alias } of legacyLinks(record)) {
    const other = engine.containers.get(target).record;
    if (!hasProcess(other)) {
      throw new EngineError(
        'conflict',
        `Cannot link to a non running container: /${other.name} AS /${record.name}/${alias}`,
      );
    }
    if (!other.endpoints.bridge) {
      throw new EngineError(
        'conflict',
        `Cannot link to /${other.name}, as it does not belong to the default network`,
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

/** Whether a container has a link to another, under any of the other's names. */
export function isLinkedTo(engine: Engine, record: ContainerRecord, id: string): boolean {
  return linksOf(record).some(({ target }) => engine.containers.find(target)?.id === id);
}

/** The names such as `/web/db` that containers have through links on the default bridge, by ID. */
export function linkNames({ containers }: Pick<Engine, 'containers'>): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const { record } of containers.all()) {
    for (const { target, alias } of legacyLinks(record)) {
      const id = containers.find(target)?.id;
      if (id !== undefined) names.set(id, [...(names.get(id) ?? []), `/${record.name}/${alias}`]);
    }
  }
  return names;
}

function linksOf(record: ContainerRecord): (Link & { network: string })[] {
  const ofNetworks = Object.entries(record.endpoints).flatMap(([network, { links }]) =>
    links.map((link) => ({ network, ...parseLink(link) })),
  );
  const legacy = legacyLinks(record).map((link) => ({ network: 'bridge', ...link }));
  return [...ofNetworks, ...legacy];
}

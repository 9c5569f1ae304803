import { type Project, type ProjectService, replicasOf } from '../file/project.ts';
import { usedResources } from '../file/select-services.ts';
import { referredService } from '../file/service-reference.ts';
import { networkHash, serviceHash, volumeHash } from './hash.ts';
import { LABELS } from './labels.ts';
import type { Observed, ProjectContainer } from './observe.ts';

/** A planned action for one container of a service. */
export type ContainerStep =
  | { readonly action: 'create'; readonly name: string; readonly number: number }
  | {
      readonly action: 'recreate';
      readonly container: ProjectContainer;
      /** A short reason, for display. */
      readonly reason: string;
    }
  | { readonly action: 'start' | 'keep' | 'remove'; readonly container: ProjectContainer };

export interface ResourceStep {
  /** The name in the Compose file. */
  readonly key: string;
  readonly name: string;
  readonly action: 'create' | 'recreate' | 'keep' | 'missing';
}

/** The actions that bring the running project to the state in its Compose file. */
export interface Plan {
  readonly networks: readonly ResourceStep[];
  readonly volumes: readonly ResourceStep[];
  readonly services: readonly { readonly name: string; readonly steps: readonly ContainerStep[] }[];
  /** Containers of services that the Compose file no longer has, and ended ones of `run`. */
  readonly orphans: readonly ProjectContainer[];
  /** Differences that Berth doesn't resolve, in Docker's words. */
  readonly warnings: readonly string[];
}

/** When an existing container is replaced. */
export type Recreation = 'changed' | 'never' | 'always';

export interface PlanOptions {
  /** Only these services; all by default. */
  readonly services?: ReadonlySet<string>;
  readonly recreate?: Recreation;
  /** The services that others only depend on, which have a policy of their own. */
  readonly dependencies?: ReadonlySet<string>;
  readonly recreateDependencies?: Recreation;
  /** The number of containers by service, overriding the Compose file. */
  readonly scale?: Readonly<Record<string, number>>;
}

/** Compares the project with the engine's state. Pure. */
export function planProject(project: Project, observed: Observed, options: PlanOptions = {}): Plan {
  const names = Object.keys(project.services).filter((name) => options.services?.has(name) ?? true);
  const resources = resourcesOf(project, names);
  const networks = planNetworks({ ...project, ...resources }, observed);
  const renewed = new Set(
    networks.filter(({ action }) => action === 'recreate').map(({ name }) => name),
  );
  const { volumes, warnings } = planVolumes({ ...project, ...resources }, observed);
  const own = observed.containers.filter(({ oneoff }) => !oneoff);
  const steps = new Map<string, readonly ContainerStep[]>();
  for (const name of byDependency(project, names)) {
    const reason = reasonOfOthers(project.services[name], steps);
    const containers = own.filter(({ service }) => service === name);
    steps.set(name, planService(project, name, containers, { observed, renewed, reason, options }));
  }
  return {
    networks,
    volumes,
    services: names.map((name) => ({ name, steps: steps.get(name) ?? [] })),
    orphans: observed.containers.filter((container) => isOrphan(project, container)),
    warnings,
  };
}

function isOrphan({ services, inactive }: Project, container: ProjectContainer): boolean {
  const { service, oneoff, state } = container;
  if (oneoff) return state === 'exited' || state === 'dead';
  return !(service in services) && !inactive.includes(service);
}

/** Services that aren't started need no networks and volumes. */
function resourcesOf(project: Project, names: readonly string[]) {
  const { services } = project;
  const chosen = Object.entries(services).filter(([name]) => names.includes(name));
  return usedResources(project, Object.fromEntries(chosen));
}

function planNetworks(project: Project, { networks }: Observed): ResourceStep[] {
  return Object.entries(project.networks).map(([key, network]) => {
    const { name } = network;
    const present = networks.get(name);
    if (network.external) return { key, name, action: present ? 'keep' : 'missing' };
    if (!present) return { key, name, action: 'create' };
    const hash = present.labels[LABELS.configHash];
    const isOwn = present.labels[LABELS.project] === project.name;
    const changed = isOwn && hash !== undefined && hash !== networkHash(network);
    return { key, name, action: changed ? 'recreate' : 'keep' };
  });
}

function planVolumes(project: Project, { volumes }: Observed) {
  const warnings: string[] = [];
  const steps = Object.entries(project.volumes).map(([key, volume]): ResourceStep => {
    const { name } = volume;
    const present = volumes.get(name);
    if (volume.external) return { key, name, action: present ? 'keep' : 'missing' };
    if (!present) return { key, name, action: 'create' };
    const { [LABELS.project]: owner, [LABELS.configHash]: hash } = present.labels;
    if (owner === undefined) {
      warnings.push(
        `volume "${name}" already exists but was not created by Docker Compose. Use \`external: true\` to use an existing volume`,
      );
    } else if (owner !== project.name) {
      warnings.push(
        `volume "${name}" already exists but was created for project "${owner}" (expected "${project.name}"). Use \`external: true\` to use an existing volume`,
      );
    } else if (hash !== undefined && hash !== volumeHash(volume)) {
      // Recreating the volume would lose its data.
      warnings.push(
        `volume "${name}" exists but doesn't match configuration in compose file: it is kept as it is`,
      );
    }
    return { key, name, action: 'keep' };
  });
  return { volumes: steps, warnings };
}

interface Situation {
  readonly observed: Observed;
  /** Names of networks that will be recreated. */
  readonly renewed: ReadonlySet<string>;
  readonly reason: string | undefined;
  readonly options: PlanOptions;
}

function planService(
  project: Project,
  name: string,
  containers: readonly ProjectContainer[],
  situation: Situation,
): ContainerStep[] {
  const service = project.services[name];
  if (!service) return [];
  const wanted = situation.options.scale?.[name] ?? replicasOf(service);
  const reasonFor = (container: ProjectContainer) =>
    recreateReason(project, name, container, situation);
  // Unchanged containers are kept first; of the others, the newest are removed first.
  const ordered = [...containers].sort(
    (a, b) =>
      Number(reasonFor(a) !== undefined) - Number(reasonFor(b) !== undefined) ||
      a.number - b.number,
  );
  const kept = ordered.slice(0, wanted);
  const steps = kept.map((container): ContainerStep => {
    const reason = reasonFor(container);
    if (reason !== undefined) return { action: 'recreate', container, reason };
    return { action: container.state === 'running' ? 'keep' : 'start', container };
  });
  const numbers = new Set(kept.map(({ number }) => number));
  for (let number = 1; steps.length < wanted; number++) {
    if (numbers.has(number)) continue;
    const own = service.container_name ?? `${project.name}-${name}-${number}`;
    steps.push({ action: 'create', name: own, number });
  }
  const removed = ordered
    .slice(wanted)
    .map((container): ContainerStep => ({ action: 'remove', container }));
  return [...steps, ...removed];
}

function recreateReason(
  project: Project,
  name: string,
  container: ProjectContainer,
  { observed, renewed, reason, options }: Situation,
): string | undefined {
  const service = project.services[name];
  if (!service) return undefined;
  const isDependency = options.dependencies?.has(name) ?? false;
  const recreate = (isDependency ? options.recreateDependencies : options.recreate) ?? 'changed';
  if (recreate === 'never') return undefined;
  if (recreate === 'always') return 'recreation was requested';
  if (container.hash !== serviceHash(service)) return 'its configuration changed';
  const image = observed.images.get(service.image);
  if (image !== undefined && image !== container.imageId) return 'its image is newer';
  const networks = Object.keys(service.networks ?? {}).map((key) => project.networks[key]?.name);
  if (networks.some((name) => name !== undefined && renewed.has(name))) {
    return 'its network is recreated';
  }
  if (networks.some((name) => name !== undefined && !container.networks.includes(name))) {
    return `it isn't connected to its networks`;
  }
  return reason;
}

/** A container that shares another container's namespaces must be recreated with that container. */
function reasonOfOthers(
  service: ProjectService | undefined,
  steps: ReadonlyMap<string, readonly ContainerStep[]>,
): string | undefined {
  const modes = [service?.network_mode, service?.ipc, service?.pid];
  const shared = modes
    .flatMap((mode) => referredService(mode) ?? [])
    .concat((service?.volumes_from ?? []).map((entry) => entry.split(':')[0] ?? ''));
  const renewed = shared.find((name) =>
    steps.get(name)?.some(({ action }) => action === 'recreate' || action === 'create'),
  );
  return renewed === undefined
    ? undefined
    : `${renewed}, which it shares resources with, is recreated`;
}

function byDependency(project: Project, names: readonly string[]): string[] {
  const done = new Set<string>();
  const visit = (name: string) => {
    if (done.has(name)) return;
    done.add(name);
    for (const other of Object.keys(project.services[name]?.depends_on ?? {})) visit(other);
    order.push(name);
  };
  const order: string[] = [];
  for (const name of names) visit(name);
  return order.filter((name) => names.includes(name));
}

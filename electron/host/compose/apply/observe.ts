import type { EngineClient } from '../../engine/connection/client.ts';
import type { ContainerSummary } from '../../engine/container-schemas.ts';
import { listContainers } from '../../engine/containers.ts';
import { inspectImageIfPresent } from '../../engine/images.ts';
import { listNetworks } from '../../engine/networks.ts';
import { listVolumes } from '../../engine/volumes.ts';
import type { Project } from '../file/project.ts';
import { LABELS, ofProject } from './labels.ts';

/** A container of a project. */
export interface ProjectContainer {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  readonly number: number;
  readonly oneoff: boolean;
  readonly state: string;
  /** Display text, such as `Up 3 seconds (healthy)`. */
  readonly status: string;
  readonly imageId: string;
  readonly hash: string;
  readonly networks: readonly string[];
  /** The services it depends on, according to its labels. */
  readonly dependsOn: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: ContainerSummary;
}

/** The states of a container with a process: those that `docker ps` lists. */
export const ACTIVE_STATES: readonly string[] = ['running', 'paused', 'restarting'];

/** The current state of a project in the engine. */
export interface Observed {
  readonly containers: readonly ProjectContainer[];
  /** By name: the project's own resources, and external ones it refers to. */
  readonly networks: ReadonlyMap<string, Labelled>;
  readonly volumes: ReadonlyMap<string, Labelled>;
  /** The ID of each image in the cache, by its name in the Compose file. */
  readonly images: ReadonlyMap<string, string>;
}

export interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

/** The containers of a project, including those of `docker compose run`, by service and number. */
export async function listProjectContainers(
  client: EngineClient,
  project?: string,
): Promise<ProjectContainer[]> {
  const found = await listContainers(client, { all: true, filters: ofProject(project) });
  return found
    .map(projectContainer)
    .sort((a, b) => a.service.localeCompare(b.service) || a.number - b.number);
}

export async function observe(client: EngineClient, project: Project): Promise<Observed> {
  const [containers, networks, volumes, images] = await Promise.all([
    listProjectContainers(client, project.name),
    listNetworks(client),
    listVolumes(client),
    imageIds(
      client,
      Object.values(project.services).map(({ image }) => image),
    ),
  ]);
  const byName = <T extends { Name: string; Labels: Record<string, string> }>(all: readonly T[]) =>
    new Map(all.map(({ Name, Labels }) => [Name, { labels: Labels }]));
  return { containers, networks: byName(networks), volumes: byName(volumes), images };
}

/** The ID of each image in the cache, by its name in the Compose file. */
export async function imageIds(
  client: EngineClient,
  names: Iterable<string>,
): Promise<Map<string, string>> {
  const found = await Promise.all(
    [...new Set(names)].map(
      async (name) => [name, (await inspectImageIfPresent(client, name))?.Id] as const,
    ),
  );
  return new Map(found.flatMap(([name, id]) => (id === undefined ? [] : [[name, id]])));
}

function projectContainer(summary: ContainerSummary): ProjectContainer {
  const { Id, Names, Labels, State, Status, ImageID, NetworkSettings } = summary;
  return {
    id: Id,
    name: (Names[0] ?? Id.slice(0, 12)).replace(/^\//, ''),
    service: Labels[LABELS.service] ?? '',
    number: Number(Labels[LABELS.number] ?? 1),
    oneoff: Labels[LABELS.oneoff] === 'True',
    state: State,
    status: Status,
    imageId: Labels[LABELS.image] ?? ImageID,
    hash: Labels[LABELS.configHash] ?? '',
    networks: Object.keys(NetworkSettings.Networks),
    dependsOn: (Labels[LABELS.dependsOn] ?? '')
      .split(',')
      .flatMap((entry) => entry.split(':')[0] || []),
    labels: Labels,
    summary,
  };
}

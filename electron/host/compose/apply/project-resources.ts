import {
  familiarName,
  parseReference,
  withDefaultTag,
} from '../../../../guest-agent/grammar/reference.ts';
import type { EngineClient } from '../../engine/connection/client.ts';
import { listImages } from '../../engine/images.ts';
import { listNetworks } from '../../engine/networks.ts';
import { listVolumes } from '../../engine/volumes.ts';
import { withDependencies } from '../file/dependencies.ts';
import type { Project } from '../file/project.ts';
import { selectServices } from '../file/select-services.ts';
import { LABELS, ofProject } from './labels.ts';
import { imageIds, listProjectContainers, type ProjectContainer } from './observe.ts';

/** What belongs to a project: the part that the files describe, or all with the project's labels. */
export interface ProjectResources {
  readonly containers: readonly ProjectContainer[];
  /** Names of networks and volumes that the project has created. */
  networks(): Promise<string[]>;
  volumes(): Promise<string[]>;
  /** Names of images: those that the project has built, and with `all` those that services use. */
  images(which: 'all' | 'local'): Promise<string[]>;
}

export interface ResourcesOptions {
  /** Only what these services and their dependencies use, and only the containers of these services. */
  readonly services?: readonly string[];
  /** Also containers of `run`, and of services that the files don't have. */
  readonly orphans?: boolean;
}

/** What belongs to a project without its files, by label. */
export async function labelledResources(
  client: EngineClient,
  name: string,
  { services = [], orphans = false }: ResourcesOptions,
): Promise<ProjectResources> {
  const all = await listProjectContainers(client, name);
  const containers = all.filter(
    ({ service, oneoff }) =>
      (orphans || !oneoff) && (services.length === 0 || services.includes(service)),
  );
  const known = new Set(containers.map(({ service }) => service));
  return {
    containers,
    networks: () => networkNames(client, name, () => true),
    volumes: () => volumeNames(client, name, () => true),
    images: (which) =>
      imageNames(client, name, {
        isKnown: (service) => orphans || known.has(service),
        used: which === 'local' ? [] : containers.map(({ summary }) => summary.Image),
      }),
  };
}

/** What belongs to a project according to its files, as Docker Compose sees it. */
export async function describedResources(
  client: EngineClient,
  project: Project,
  { services = [], orphans = false }: ResourcesOptions,
): Promise<ProjectResources> {
  const { name, inactive } = project;
  const named = new Set(services.length === 0 ? Object.keys(project.services) : services);
  const isOrphan = ({ service, oneoff }: ProjectContainer) =>
    oneoff || !(service in project.services || inactive.includes(service));
  const all = await listProjectContainers(client, name);
  const used = selectServices(project, [...withDependencies(project.services, services)]);
  return {
    containers: all.filter((container) =>
      isOrphan(container) ? orphans : named.has(container.service),
    ),
    networks: () => networkNames(client, name, (key) => key in used.networks),
    volumes: () => volumeNames(client, name, (key) => key in used.volumes),
    images: (which) =>
      imageNames(client, name, {
        isKnown: (service) => orphans || service in used.services,
        used: which === 'local' ? [] : Object.values(used.services).map(({ image }) => image),
      }),
  };
}

async function networkNames(
  client: EngineClient,
  project: string,
  isWanted: (key: string) => boolean,
): Promise<string[]> {
  const found = await listNetworks(client, ofProject(project));
  return found
    .filter(({ Labels }) => isWanted(Labels[LABELS.network] ?? ''))
    .map(({ Name }) => Name);
}

/** Anonymous volumes have no name in the project. */
async function volumeNames(
  client: EngineClient,
  project: string,
  isWanted: (key: string) => boolean,
): Promise<string[]> {
  const found = await listVolumes(client, ofProject(project));
  return found.flatMap(({ Name, Labels: { [LABELS.volume]: key } }) =>
    key !== undefined && isWanted(key) ? [Name] : [],
  );
}

async function imageNames(
  client: EngineClient,
  project: string,
  { isKnown, used }: { isKnown: (service: string) => boolean; used: readonly string[] },
): Promise<string[]> {
  const built = (await listImages(client, { filters: ofProject(project) })).flatMap(
    ({ RepoTags, Labels }) => (isKnown(Labels[LABELS.service] ?? '') ? RepoTags.slice(0, 1) : []),
  );
  const present = [...(await imageIds(client, used)).keys()];
  return [...new Set([...present, ...built].map(shownName))];
}

const shownName = (image: string) => familiarName(withDefaultTag(parseReference(image)));

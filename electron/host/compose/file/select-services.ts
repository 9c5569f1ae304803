import type { ServiceBuild } from './build-schema.ts';
import { selectedServices } from './dependencies.ts';
import type { FileReference } from './file-reference-schema.ts';
import type { Project, ProjectService } from './project.ts';

/** What services refer to. */
type Resources = Pick<Project, 'networks' | 'volumes' | 'secrets' | 'configs' | 'models'>;

/** The project with only these services, their dependencies unless `noDeps`, and what they refer to. */
export function selectServices(
  project: Project,
  names: readonly string[],
  options: { readonly noDeps?: boolean | undefined } = {},
): Project {
  if (names.length === 0) return project;
  const chosen = selectedServices(project.services, names, options);
  const services = Object.fromEntries(
    Object.entries(project.services).filter(([name]) => chosen.has(name)),
  );
  return { ...project, services, ...usedResources(project, services) };
}

/** The networks, volumes, secrets and configs that the services refer to. */
export function usedResources(
  { networks, volumes, secrets, configs, models }: Resources,
  services: Project['services'],
): Resources {
  return {
    networks: used(networks, services, (service) => Object.keys(service.networks ?? {})),
    volumes: used(volumes, services, (service) =>
      (service.volumes ?? []).flatMap(({ type, source }) =>
        type === 'volume' && source ? [source] : [],
      ),
    ),
    secrets: used(secrets, services, ({ secrets: own = [], build }) =>
      [...own, ...((build as ServiceBuild | undefined)?.secrets ?? [])].map(sourceOf),
    ),
    configs: used(configs, services, ({ configs: own = [] }) => own.map(sourceOf)),
    models: used(models, services, modelNames),
  };
}

/** The language models that a service uses. */
export const modelNames = ({ models }: ProjectService): readonly string[] =>
  Object.keys(models ?? {});

const sourceOf = ({ source }: FileReference) => source;

function used<T>(
  entries: Readonly<Record<string, T>>,
  services: Project['services'],
  references: (service: ProjectService) => readonly string[],
): Record<string, T> {
  const names = new Set(Object.values(services).flatMap(references));
  return Object.fromEntries(Object.entries(entries).filter(([name]) => names.has(name)));
}

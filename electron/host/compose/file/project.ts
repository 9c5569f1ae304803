import type { ComposeFile, ProjectFile, ProjectNetwork, ProjectVolume } from './file-schema.ts';
import type { Extensions } from './record.ts';
import type { Service } from './service-schema.ts';

/** Marks a service whose image has only the name that its build gives it. JSON leaves it out. */
export const BUILT_NAME = Symbol('built name');

/** A complete service: with an image name, an absolute context and resolved variables. */
export type ProjectService = Omit<Service, 'env_file' | 'extends' | 'image' | 'label_file'> & {
  readonly image: string;
  readonly [BUILT_NAME]?: true;
};

/** A secret or config, with its content unless it comes from a file. */
export type NamedFile = ProjectFile & { readonly name: string };

/** A project as `docker compose config` prints it: files merged, all values in their long form. */
export interface Project {
  readonly name: string;
  /** Absolute. Relative paths are resolved against it. */
  readonly directory: string;
  /** Absolute paths. Later files override earlier ones. */
  readonly files: readonly string[];
  /** The services of active profiles. */
  readonly services: Readonly<Record<string, ProjectService>>;
  readonly networks: Readonly<Record<string, ProjectNetwork & { readonly name: string }>>;
  readonly volumes: Readonly<Record<string, ProjectVolume & { readonly name: string }>>;
  readonly secrets: Readonly<Record<string, NamedFile>>;
  readonly configs: Readonly<Record<string, NamedFile>>;
  readonly models: ComposeFile['models'];
  /** The keys at the top level that begin with `x-`. */
  readonly extensions: Extensions;
  /** The variables of `.env` or of `--env-file`. */
  readonly variables: Readonly<Record<string, string>>;
  /** All profiles that services have. */
  readonly profiles: readonly string[];
  /** Names of services that only a profile adds. */
  readonly inactive: readonly string[];
}

export const emptyFile: ComposeFile = {
  services: {},
  networks: {},
  volumes: {},
  secrets: {},
  configs: {},
  models: {},
};

/** The name of an image that a service builds, if the file has none. */
export const defaultImage = (project: string, service: string): string => `${project}-${service}`;

/** A service as its file describes it: Docker's model has no image for one that is only built. */
export function asDescribed(service: ProjectService): Omit<ProjectService, 'image'> {
  // A program that provides a service has no image either.
  if (!service[BUILT_NAME] && service.image !== '') return service;
  const { image: _, ...rest } = service;
  return rest;
}

/** The environment for secrets and configs that come from variables: the caller's overrides the project's. */
export const environmentOf = (
  { variables }: Project,
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> => ({ ...variables, ...env });

/** The number of containers that a service should have. */
export const replicasOf = (service: ProjectService): number =>
  service.scale ?? service.deploy?.replicas ?? 1;

import type { ComposeFile, ProjectFile, ProjectNetwork, ProjectVolume } from './file-schema.ts';
import type { Service } from './service-schema.ts';

/** A complete service: with an image name, an absolute context and resolved variables. */
export type ProjectService = Omit<Service, 'env_file' | 'extends' | 'image'> & {
  readonly image: string;
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
  /** Names of services that only a profile adds. */
  readonly inactive: readonly string[];
}

export const emptyFile: ComposeFile = {
  services: {},
  networks: {},
  volumes: {},
  secrets: {},
  configs: {},
};

/** The name of an image that a service builds, if the file has none. */
export const defaultImage = (project: string, service: string): string => `${project}-${service}`;

/** The number of containers that a service should have. */
export const replicasOf = (service: ProjectService): number =>
  service.scale ?? service.deploy?.replicas ?? 1;

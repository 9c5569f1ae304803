import type { ComposeFile, ProjectFile, ProjectNetwork, ProjectVolume } from './file-schema.ts';
import type { Service } from './service-schema.ts';

/** A service that has all it needs: an image's name, an absolute context, resolved variables. */
export type ProjectService = Omit<Service, 'env_file' | 'extends' | 'image'> & {
  readonly image: string;
};

/** A secret or a config, with its text where that does not come from a file. */
export type NamedFile = ProjectFile & { readonly name: string };

/** One project as `docker compose config` has it: files joined, everything in its long form. */
export interface Project {
  readonly name: string;
  /** Absolute; what relative paths are resolved against. */
  readonly directory: string;
  /** Absolute, the later over the earlier. */
  readonly files: readonly string[];
  /** Those of active profiles. */
  readonly services: Readonly<Record<string, ProjectService>>;
  readonly networks: Readonly<Record<string, ProjectNetwork & { readonly name: string }>>;
  readonly volumes: Readonly<Record<string, ProjectVolume & { readonly name: string }>>;
  readonly secrets: Readonly<Record<string, NamedFile>>;
  readonly configs: Readonly<Record<string, NamedFile>>;
  /** Names of services that only a profile brings. */
  readonly inactive: readonly string[];
}

export const emptyFile: ComposeFile = {
  services: {},
  networks: {},
  volumes: {},
  secrets: {},
  configs: {},
};

/** How many containers a service is to have. */
export const replicasOf = (service: ProjectService): number =>
  service.scale ?? service.deploy?.replicas ?? 1;

import type { HostConfig } from '../engine/containers/request/config.ts';
import type { Credentials } from '../registry/auth/credentials.ts';
import type { Platform } from '../registry/platform.ts';
import type { Reference } from '../registry/reference.ts';
import type { BuildArgValues } from './build-args.ts';

/** What a client asks of a build, its context aside. */
export interface BuildOptions {
  /** Path in the context. */
  readonly dockerfile: string;
  /** Names of the result. */
  readonly tags: readonly Reference[];
  readonly buildArgs: BuildArgValues;
  readonly labels: Readonly<Record<string, string>>;
  /** Stage to stop after; empty is the last. */
  readonly target: string;
  readonly platform: Platform | undefined;
  readonly useCache: boolean;
  readonly alwaysPull: boolean;
  /** Only the result's ID is told. */
  readonly quiet: boolean;
  /** Whether the containers of `RUN`s are removed: when they ended well, and in any case. */
  readonly remove: boolean;
  readonly forceRemove: boolean;
  /** Limits, network and the like of the containers of `RUN`s. */
  readonly hostConfig: HostConfig;
  /** For the registry of a base image, `docker.io` or `host[:port]`. */
  readonly credentials: (domain: string) => Credentials | undefined;
}

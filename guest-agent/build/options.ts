import type { HostConfig } from '../engine/containers/request/config.ts';
import type { Credentials } from '../registry/auth/credentials.ts';
import type { Platform } from '../registry/platform.ts';
import type { Reference } from '../registry/reference.ts';
import type { BuildArgValues } from './build-args.ts';

/** Finds credentials for a registry: asks the client if it holds them itself. */
export type FindCredentials = (
  domain: string,
) => Credentials | undefined | Promise<Credentials | undefined>;

/** What a client asks of a build, except its context. */
export interface BuildOptions {
  /** The path in the context. */
  readonly dockerfile: string;
  /** The names of the resulting image. */
  readonly tags: readonly Reference[];
  readonly buildArgs: BuildArgValues;
  readonly labels: Readonly<Record<string, string>>;
  /** The stage after which the build stops. Empty means the last. */
  readonly target: string;
  readonly platform: Platform | undefined;
  readonly useCache: boolean;
  /** The classic builder's cache is only these images and those that they were made from. Empty: all. */
  readonly cacheFrom?: readonly string[];
  readonly alwaysPull: boolean;
  /** Whether the output is only the image's ID. */
  readonly quiet: boolean;
  /** Whether to remove the containers of `RUN`s: after success, and after failure too. */
  readonly remove: boolean;
  readonly forceRemove: boolean;
  /** Limits, network and similar settings for the containers of `RUN`s. */
  readonly hostConfig: HostConfig;
  /** Credentials for the registry of a base image: `docker.io` or `host[:port]`. */
  readonly credentials: FindCredentials;
  /** The same for a mirror, if the client sent its credentials with the request. */
  readonly mirrorCredentials?: (domain: string) => Credentials | undefined;
}

import { createHash } from 'node:crypto';
import type { ProjectNetwork, ProjectVolume } from '../file/file-schema.ts';
import { goJson } from '../file/go-json.ts';
import { asDescribed, type ProjectService } from '../file/project.ts';

/**
 * `com.docker.compose.config-hash` shows whether a container still matches the Compose file. It is
 * the SHA-256 of the JSON that Go writes for Docker's model, so that `docker compose` and Berth
 * recognize each other's containers. test/conformance compares the hashes.
 */

/** Fields for building, scaling and ordering don't affect a container. */
export function serviceHash(service: ProjectService): string {
  const { build, pull_policy, scale, depends_on, profiles, ...own } = asDescribed(service);
  if (!own.deploy) return hashOf(own);
  const { replicas, ...deploy } = own.deploy;
  return hashOf({ ...own, deploy });
}

export const networkHash = (network: ProjectNetwork & { name: string }): string => hashOf(network);

export function volumeHash(volume: ProjectVolume & { name: string }): string {
  const { name, driver = 'local', ...rest } = volume;
  return hashOf({ name, driver, ...rest });
}

const hashOf = (document: object) => createHash('sha256').update(goJson(document)).digest('hex');

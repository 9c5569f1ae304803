import { createHash } from 'node:crypto';
import type { ProjectNetwork, ProjectVolume } from '../file/file-schema.ts';
import type { ProjectService } from '../file/project.ts';

/*
 * `com.docker.compose.config-hash`: whether a container still is what the file says. It is the
 * SHA-256 of the JSON that Go writes for Docker's model, so that `docker compose` takes containers
 * of Berth for its own, and the other way round. test/conformance compares them.
 */

/** What building, scaling and ordering depend on is no part of a container. */
export function serviceHash(service: ProjectService): string {
  const { build, pull_policy, scale, depends_on, profiles, ...own } = service;
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

/** Go escapes what means something to HTML. */
const goJson = (document: object) =>
  JSON.stringify(document).replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { outcomeOf, printed } from '../../fixtures/outcome.ts';
import { pullImages } from '../images.ts';
import type { BothEngines } from './both.ts';
import type { Peer } from './peer.ts';

/** The client that builds with an engine. Both engines have the same client. */
export interface BuildClient {
  /** The path of buildx, which runs without `docker` too. */
  readonly buildx: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Pulls the images that Dockerfiles begin with, and returns the client. */
export async function prepareBuildClient(
  { programs, registry, directory }: BothEngines,
  { name, socket }: Peer,
): Promise<BuildClient> {
  const environment = {
    PATH: `${programs.path}:/usr/bin:/bin`,
    HOME: directory,
    DOCKER_CONFIG: programs.configuration,
    DOCKER_HOST: `unix://${socket}`,
    REGISTRY: registry.name,
  };
  const child = spawn('sh', ['-c', pullImages], { env: environment });
  printed(`pulling images with ${name}`, await outcomeOf(child, ''));
  return { buildx: join(programs.configuration, 'cli-plugins/docker-buildx'), environment };
}

import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { BuildFolder } from '../../api/builds.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { argumentsOf, readInstructions, stagesOf } from './dockerfile.ts';

const log = loggerOf('build');

const DOCKERFILE = /^(Dockerfile|Containerfile)(\..+)?$|\.(dockerfile|containerfile)$/i;

/**
 * Lists the Dockerfiles of a folder. Rejects with HostError 'invalid' if the path isn't a readable
 * folder.
 */
export async function readBuildFolder(
  directory: string,
  dockerfile?: string,
): Promise<BuildFolder> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new HostError(
      'invalid',
      `Can't read ${directory}: it isn't a folder, or you don't have permission`,
      { cause },
    );
  });
  const dockerfiles = names
    .filter((name) => DOCKERFILE.test(name) && !name.endsWith('.dockerignore'))
    // The default name comes first.
    .sort((a, b) => Number(b === 'Dockerfile') - Number(a === 'Dockerfile') || (a < b ? -1 : 1));
  const chosen = dockerfile ?? dockerfiles[0];
  if (chosen === undefined) return { dockerfiles, stages: [], args: [] };
  const path = dockerfilePath(directory, chosen);
  const text = await log.attempt('Reading the Dockerfile', readFile(path, 'utf8'));
  const instructions = readInstructions(text ?? '');
  return { dockerfiles, stages: stagesOf(instructions), args: argumentsOf(instructions) };
}

/** A Dockerfile's path, which a person gives in full or from the folder. */
export function dockerfilePath(directory: string, dockerfile: string): string {
  return isAbsolute(dockerfile) ? dockerfile : join(directory, dockerfile);
}

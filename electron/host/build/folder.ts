import { readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { BuildFolder } from '../../api/builds.ts';
import { HostError } from '../base/errors.ts';
import { loggerOf } from '../base/log.ts';
import { argumentsOf, readInstructions, stagesOf } from './dockerfile.ts';

const log = loggerOf('build');

const DOCKERFILE = /^(Dockerfile|Containerfile)(\..+)?$|\.(dockerfile|containerfile)$/i;

/** What a folder offers to a build. Rejects with HostError 'invalid' for what is no folder. */
export async function readBuildFolder(
  directory: string,
  dockerfile?: string,
): Promise<BuildFolder> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new HostError('invalid', `${directory} is no folder that can be read`, { cause });
  });
  const dockerfiles = names
    .filter((name) => DOCKERFILE.test(name) && !name.endsWith('.dockerignore'))
    // The usual name first.
    .sort((a, b) => Number(b === 'Dockerfile') - Number(a === 'Dockerfile') || (a < b ? -1 : 1));
  const chosen = dockerfile ?? dockerfiles[0];
  if (chosen === undefined) return { dockerfiles, stages: [], args: [] };
  const path = isAbsolute(chosen) ? chosen : join(directory, chosen);
  const text = await log.attempt('Reading the Dockerfile', readFile(path, 'utf8'));
  const instructions = readInstructions(text ?? '');
  return { dockerfiles, stages: stagesOf(instructions), args: argumentsOf(instructions) };
}

import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Project, ProjectContent } from '../../api/projects.ts';
import { HostError } from '../base/errors.ts';
import type { KnownFiles } from '../compose/file/known-files.ts';
import { type LoadOptions, loadProject } from '../compose/file/load.ts';
import { replicasOf } from '../compose/file/project.ts';
import { listProjects } from '../compose/list-projects.ts';
import { readOnChange } from '../engine/changes.ts';
import type { EngineClient } from '../engine/connection/client.ts';

/** What the files say; what is wrong with them is part of the answer. */
export async function readContent(options: LoadOptions): Promise<ProjectContent> {
  const { project, problems, variables } = await loadProject(options);
  return {
    ...(project ? { name: project.name } : {}),
    services: Object.entries(project?.services ?? {}).map(([name, service]) => ({
      ...{ name, image: service.image, builds: service.build !== undefined },
      replicas: replicasOf(service),
    })),
    problems: problems.map((problem) => ({ ...problem })),
    variables: Object.entries(variables).map(([name, value]) => ({ name, value })),
  };
}

/** The projects, again after each event of a container and each file that is opened. */
export async function* watchProjects(
  client: EngineClient,
  known: KnownFiles,
  signal: AbortSignal,
): AsyncGenerator<Project[], void, undefined> {
  while (!signal.aborted) {
    const changed = new AbortController();
    const forget = known.onChange(() => changed.abort());
    try {
      const either = AbortSignal.any([signal, changed.signal]);
      const read = () => listProjects(client, known, process.env);
      yield* readOnChange(client, 'container', read, either);
    } finally {
      forget();
    }
  }
}

export async function readComposeFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new HostError('invalid', `cannot read ${file}`, { cause });
  }
}

/** Another for each text. */
export const versionOf = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Saves in place, as an editor does: the file keeps its owner, its mode and its links. Answers the
 * new version. Rejects with status 409 when the file is not the `version` that is replaced.
 */
export async function saveComposeFile(
  file: string,
  text: string,
  version?: string,
): Promise<string> {
  if (!isAbsolute(file) || !/\.ya?ml$/i.test(file)) {
    throw new HostError('invalid', `${file} is no compose file`);
  }
  if (version !== undefined && versionOf(await readComposeFile(file)) !== version) {
    throw new HostError('engine', `${file} has changed since it was opened`, {
      status: 409,
      hint: 'Open it again to see the change, or replace the file.',
    });
  }
  try {
    await writeFile(file, text);
    return versionOf(text);
  } catch (cause) {
    throw new HostError('invalid', `cannot write ${file}`, { cause });
  }
}

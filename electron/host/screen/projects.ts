import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { ProjectContent, ServiceContent } from '../../api/project-content.ts';
import type { Project } from '../../api/projects.ts';
import { HostError } from '../base/errors.ts';
import type { KnownFiles } from '../compose/file/known-files.ts';
import { type LoadOptions, loadProject } from '../compose/file/load.ts';
import { type ProjectService, replicasOf } from '../compose/file/project.ts';
import { listProjects } from '../compose/list-projects.ts';
import { readOnChange } from '../engine/changes.ts';
import type { EngineClient } from '../engine/connection/client.ts';

/** The content of the files, including their problems. */
export async function readContent(options: LoadOptions): Promise<ProjectContent> {
  const { project, problems, variables } = await loadProject(options);
  return {
    ...(project ? { name: project.name } : {}),
    services: Object.entries(project?.services ?? {}).map(contentOf),
    problems: problems.map((problem) => ({ ...problem })),
    variables: Object.entries(variables).map(([name, value]) => ({ name, value })),
  };
}

function contentOf([name, service]: [string, ProjectService]): ServiceContent {
  return {
    ...{ name, image: service.image, builds: service.build !== undefined },
    replicas: replicasOf(service),
    watches: (service.develop?.watch ?? []).length > 0,
    dependsOn: Object.entries(service.depends_on ?? {}).map(([other, { condition }]) => ({
      ...{ service: other, condition },
    })),
    networks: Object.keys(service.networks ?? {}),
  };
}

/** Yields the projects, again after each container event and opened file. */
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
    throw new HostError('invalid', `can't read ${file}`, { cause });
  }
}

/** Differs for each text. */
export const versionOf = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * Saves in place like an editor: the file keeps its owner, mode and links. Returns the new version.
 * Rejects with status 409 if the file isn't at `version` any more.
 */
export async function saveComposeFile(
  file: string,
  text: string,
  version?: string,
): Promise<string> {
  if (!isAbsolute(file) || !/\.ya?ml$/i.test(file)) {
    throw new HostError('invalid', `${file} isn't a Compose file`);
  }
  if (version !== undefined && versionOf(await readComposeFile(file)) !== version) {
    throw new HostError('engine', `${file} has changed since you opened it`, {
      status: 409,
      hint: 'Open the file again to see the changes, or overwrite it.',
    });
  }
  try {
    await writeFile(file, text);
    return versionOf(text);
  } catch (cause) {
    throw new HostError('invalid', `can't write ${file}`, { cause });
  }
}

import { resolve } from 'node:path';
import { HostError } from '../../host/base/errors.ts';
import { findComposeFile, withOverride } from '../../host/compose/file/find-files.ts';
import { loadProject } from '../../host/compose/file/load.ts';
import { problemText } from '../../host/compose/file/problem.ts';
import type { Project } from '../../host/compose/file/project.ts';
import type { CliContext } from '../context.ts';
import type { ProjectOptions } from './project-flags.ts';

/**
 * The project of `--file`, of `COMPOSE_FILE`, or of the nearest Compose file in the working
 * directory and its parents. Warnings go to standard error. Throws HostError 'invalid' with the
 * problems.
 */
export async function openProject(context: CliContext, options: ProjectOptions): Promise<Project> {
  const envFiles = options.envFile ?? context.env.COMPOSE_ENV_FILES?.split(',').filter(Boolean);
  const { project, problems } = await loadProject({
    files: await filesOf(context, options),
    env: context.env,
    name: options.projectName,
    profiles: options.profile ?? [],
    directory:
      options.projectDirectory === undefined ? undefined : resolve(options.projectDirectory),
    envFiles: envFiles?.map((path) => resolve(path)),
  });
  for (const problem of problems) {
    if (problem.severity === 'warning') {
      context.stderr.write(`warning: ${problemText(problem)}\n`);
    }
  }
  if (project) return project;
  const errors = problems.filter(({ severity }) => severity === 'error').map(problemText);
  throw new HostError('invalid', errors.join('\n'));
}

/** The details of a project that commands for existing containers need. */
export interface NamedProject {
  readonly name: string;
  /** The services in the files, including those of inactive profiles. */
  readonly known: readonly string[];
}

/** `--project-name` needs no file. The services are then those that have containers. */
export async function nameProject(
  context: CliContext,
  options: ProjectOptions,
): Promise<NamedProject> {
  const { projectName: name } = options;
  if (name !== undefined && !options.file) return { name, known: [] };
  const project = await openProject(context, options);
  return { name: project.name, known: [...Object.keys(project.services), ...project.inactive] };
}

async function filesOf(
  { env }: CliContext,
  { file, projectDirectory = '.' }: ProjectOptions,
): Promise<string[]> {
  const given = file ?? env.COMPOSE_FILE?.split(process.platform === 'win32' ? ';' : ':');
  if (given && given.length > 0) return given.map((path) => resolve(path));
  const directory = resolve(projectDirectory);
  const found = await findComposeFile(directory);
  if (found !== undefined) return withOverride(found);
  throw new HostError('invalid', 'no configuration file provided: not found', {
    hint: `Berth looked for compose.yaml in ${directory} and its parent folders.`,
  });
}

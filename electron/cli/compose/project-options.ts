import { resolve } from 'node:path';
import type { Command } from 'commander';
import { HostError } from '../../host/base/errors.ts';
import { findComposeFile, withOverride } from '../../host/compose/file/find-files.ts';
import { loadProject } from '../../host/compose/file/load.ts';
import { problemText } from '../../host/compose/file/problem.ts';
import type { Project } from '../../host/compose/file/project.ts';
import type { CliContext } from '../context.ts';
import { collect } from '../flags/repeated.ts';

/** Which project a command is about. */
export interface ProjectOptions {
  readonly file?: readonly string[];
  readonly profile?: readonly string[];
  readonly projectName?: string;
}

export function addProjectOptions(command: Command): Command {
  return command
    .option('--file <path>', 'Compose file; of several, the later over the earlier', collect)
    .option('--profile <name>', 'Bring services of a profile too', collect)
    .option('-p, --project-name <name>', 'Name of the project');
}

/**
 * The project of the files that are named, of `COMPOSE_FILE`, or of the nearest compose file above
 * the working directory. Warnings go to standard error. Throws HostError 'invalid' with what is
 * wrong.
 */
export async function openProject(context: CliContext, options: ProjectOptions): Promise<Project> {
  const { project, problems } = await loadProject({
    files: await filesOf(context, options),
    env: context.env,
    name: options.projectName,
    profiles: options.profile ?? [],
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

/** What a command needs to know of a project that works on containers. */
export interface NamedProject {
  readonly name: string;
  /** Its services as the files have them, those of inactive profiles included. */
  readonly known: readonly string[];
}

/** With `--project-name` no file is needed: the services are those that have containers. */
export async function nameProject(
  context: CliContext,
  options: ProjectOptions,
): Promise<NamedProject> {
  const { projectName: name } = options;
  if (name !== undefined && !options.file) return { name, known: [] };
  const project = await openProject(context, options);
  return { name: project.name, known: [...Object.keys(project.services), ...project.inactive] };
}

async function filesOf({ env }: CliContext, { file }: ProjectOptions): Promise<string[]> {
  const given = file ?? env.COMPOSE_FILE?.split(process.platform === 'win32' ? ';' : ':');
  if (given && given.length > 0) return given.map((path) => resolve(path));
  const found = await findComposeFile(process.cwd());
  if (found !== undefined) return withOverride(found);
  throw new HostError('invalid', 'no configuration file provided: not found', {
    hint: `there is no compose.yaml in ${process.cwd()} or in a folder above it`,
  });
}

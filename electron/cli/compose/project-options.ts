import { delimiter, dirname, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { HostError } from '../../host/base/errors.ts';
import { requireServices } from '../../host/compose/apply/require-services.ts';
import { readEnvFile } from '../../host/compose/file/env-file.ts';
import { findComposeFile, withOverride } from '../../host/compose/file/find-files.ts';
import { type LoadOptions, loadModel, loadProject } from '../../host/compose/file/load.ts';
import { type Problem, problemText } from '../../host/compose/file/problem.ts';
import type { Project } from '../../host/compose/file/project.ts';
import type { CliContext } from '../context.ts';
import type { ProjectOptions } from './project-flags.ts';

/** The file that is standard input. */
const STDIN = '-';

/** How a project is read for `config`. */
export type Reading = Pick<LoadOptions, 'keepPaths' | 'normalize' | 'consistent' | 'runnable'>;

/**
 * The project of `--file`, of `COMPOSE_FILE`, or of the nearest Compose file in the working
 * directory and its parents. Activates the profiles of `services`. Warnings go to standard error.
 * Throws HostError 'invalid' with the problems.
 */
export async function openProject(
  context: CliContext,
  options: ProjectOptions,
  services: readonly string[] = [],
  reading: Reading = {},
): Promise<Project> {
  const how = await loadOptions(context, options, services, reading);
  const { project, problems } = await loadProject(how);
  return requireValid(context, project, problems);
}

/** The same files, whose variables stay. */
export async function openModel(
  context: CliContext,
  options: ProjectOptions,
  reading: Reading,
): Promise<Readonly<Record<string, unknown>>> {
  const { model, problems } = await loadModel(await loadOptions(context, options, [], reading));
  return requireValid(context, model, problems);
}

async function loadOptions(
  context: CliContext,
  options: ProjectOptions,
  named: readonly string[],
  reading: Reading,
): Promise<LoadOptions> {
  return {
    ...(await filesOf(context, options)),
    ...reading,
    env: context.env,
    name: options.projectName,
    profiles: options.profile ?? [],
    named,
    envFiles: envFilesOf(context, options),
  };
}

/** Prints warnings. Throws HostError 'invalid' with the errors. */
function requireValid<T>(
  { stderr }: CliContext,
  found: T | undefined,
  problems: readonly Problem[],
): T {
  for (const problem of problems) {
    if (problem.severity === 'warning') stderr.write(`warning: ${problemText(problem)}\n`);
  }
  if (found) return found;
  const errors = problems.filter(({ severity }) => severity === 'error').map(problemText);
  throw new HostError('invalid', errors.join('\n'));
}

/** The details of a project that commands for existing containers need. */
export interface NamedProject {
  readonly name: string;
  /** The services in the files, including those of inactive profiles. */
  readonly known: readonly string[];
  /** Absent if only the name is known. */
  readonly project?: Project;
}

/**
 * `--project-name` needs no file, and neither does `COMPOSE_PROJECT_NAME`. The services are then
 * those that have containers. With files, throws HostError 'invalid' for other `services`.
 */
export async function nameProject(
  context: CliContext,
  options: ProjectOptions,
  services: readonly string[] = [],
): Promise<NamedProject> {
  const named = await findName(context, options, services);
  if (named.known.length > 0) requireServices(services, named.known);
  return named;
}

async function findName(
  context: CliContext,
  options: ProjectOptions,
  services: readonly string[],
): Promise<NamedProject> {
  const { projectName: name } = options;
  if (name !== undefined && !options.file) return { name: name.toLowerCase(), known: [] };
  try {
    const project = await openProject(context, options, services);
    const known = [...Object.keys(project.services), ...project.inactive];
    return { name: project.name, known, project };
  } catch (error) {
    const fallback = context.env.COMPOSE_PROJECT_NAME;
    if (!(error instanceof HostError) || !fallback) throw error;
    return { name: fallback.toLowerCase(), known: [] };
  }
}

/** The files of a project, the contents of standard input, and where relative paths begin. */
async function filesOf(context: CliContext, options: ProjectOptions) {
  const { projectDirectory } = options;
  const directory = projectDirectory === undefined ? undefined : resolve(projectDirectory);
  const given = options.file ?? (await filesOfVariables(context, options));
  if (given.length === 0) {
    const begin = directory ?? process.cwd();
    const found = await findComposeFile(begin);
    if (found !== undefined) return { files: await withOverride(found), directory };
    throw new HostError('invalid', 'no configuration file provided: not found', {
      hint: `Berth looked for compose.yaml in ${begin} and its parent folders.`,
    });
  }
  const files = given.map((path) => resolve(path));
  if (!given.includes(STDIN)) return { files, directory };
  const other = given.find((path) => path !== STDIN);
  return {
    files,
    edited: new Map([[resolve(STDIN), await text(context.stdin)]]),
    directory: directory ?? (other === undefined ? process.cwd() : dirname(resolve(other))),
  };
}

/** The files of `COMPOSE_FILE`, which may be in `.env` too. */
async function filesOfVariables(context: CliContext, options: ProjectOptions): Promise<string[]> {
  const { env } = context;
  const variables: Record<string, string | undefined> = {};
  const dotEnv = join(resolve(options.projectDirectory ?? '.'), '.env');
  for (const path of envFilesOf(context, options) ?? [dotEnv]) {
    Object.assign(variables, await readEnvFile(path, (name) => env[name] ?? variables[name]));
  }
  Object.assign(variables, env);
  const separator = variables.COMPOSE_PATH_SEPARATOR || delimiter;
  return variables.COMPOSE_FILE?.split(separator).filter(Boolean) ?? [];
}

function envFilesOf({ env }: CliContext, { envFile }: ProjectOptions): string[] | undefined {
  const files = envFile ?? env.COMPOSE_ENV_FILES?.split(',').filter(Boolean);
  return files && files.length > 0 ? files.map((path) => resolve(path)) : undefined;
}

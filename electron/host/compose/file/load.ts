import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { HostError } from '../../base/errors.ts';
import { isRecord } from '../../base/is-record.ts';
import { completeProject } from './complete.ts';
import { type ComposeDocument, type ComposeSource, readSource } from './document.ts';
import { readEnvFile, readVariables } from './env-file.ts';
import { composeFileSchema } from './file-schema.ts';
import { type Form, longForm } from './form.ts';
import type { Variables } from './interpolate.ts';
import type { Loading, Scope } from './loading.ts';
import { type Problem, problemText } from './problem.ts';
import type { Project } from './project.ts';
import { findProjectName } from './project-name.ts';
import { rawForm } from './raw-form.ts';
import { completeModel } from './raw-model.ts';
import { readFiles } from './read-file.ts';
import { withContexts, withDockerfiles } from './resolve-paths.ts';

export interface LoadOptions {
  /** Absolute paths. Later files override earlier ones. */
  readonly files: readonly string[];
  /** The caller's environment. It overrides the `.env` file beside the first Compose file. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths are resolved against it. The default is the folder of the first Compose file. */
  readonly directory?: string | undefined;
  /** Absolute paths of files that are read instead of `.env`. Later files override earlier ones. */
  readonly envFiles?: readonly string[] | undefined;
  readonly name?: string | undefined;
  /** The default is the list in `COMPOSE_PROFILES`. */
  readonly profiles?: readonly string[];
  /** Services that the caller names, whose profiles become active. */
  readonly named?: readonly string[];
  /** Paths stay relative, and those of the main files stay as they are written. */
  readonly keepPaths?: boolean | undefined;
  /** False for a project without the names, networks and dependencies that files don't mention. */
  readonly normalize?: boolean | undefined;
  /** False for a project that may refer to services and resources that it doesn't have. */
  readonly consistent?: boolean | undefined;
  /** False for a project that is only shown: it may have services that Berth can't run. */
  readonly runnable?: boolean | undefined;
  /** Contents of files that are being edited, by path, used instead of the files on disk. */
  readonly edited?: ReadonlyMap<string, string>;
}

/** The result of reading a project. The project is present if there are no errors. */
export interface Loaded {
  readonly project?: Project;
  readonly problems: readonly Problem[];
  /** The variables of the `.env` file. */
  readonly variables: Readonly<Record<string, string>>;
}

/** Reads a project. Rejects with HostError 'invalid' only if a file can't be read. */
export async function loadProject(options: LoadOptions): Promise<Loaded> {
  const { merged, loading, scope, name, dotEnv, problems } = await readMerged(options, longForm);
  await setImmediate();
  // Merging mixes the order of keys, which Docker's hashes depend on.
  const built = withContexts(merged, scope);
  const whole = composeFileSchema.parse(
    options.normalize === false ? built : withDockerfiles(built),
  );
  const project =
    name !== undefined && !hasErrors(problems)
      ? await completeProject(whole, { ...options, ...scope, name, dotEnv }, loading)
      : undefined;
  return {
    ...(project && !hasErrors(problems) ? { project } : {}),
    problems: [...problems.values()],
    variables: dotEnv,
  };
}

/** A project's files merged, with their variables. */
interface LoadedModel extends Omit<Loaded, 'project'> {
  readonly model?: Readonly<Record<string, unknown>>;
}

/** Reads a project whose variables stay. Rejects with HostError 'invalid' only if a file can't be read. */
export async function loadModel(options: LoadOptions): Promise<LoadedModel> {
  const { merged, scope, name, dotEnv, problems } = await readMerged(options, rawForm);
  const { normalize = true } = options;
  return {
    ...(name !== undefined &&
      !hasErrors(problems) && {
        model: completeModel(withContexts(merged, scope), {
          ...{ name, variables: scope.variables, normalize },
        }),
      }),
    problems: [...problems.values()],
    variables: dotEnv,
  };
}

const hasErrors = (problems: ReadonlyMap<string, Problem>) =>
  [...problems.values()].some(({ severity }) => severity === 'error');

const isEmpty = (value: unknown) =>
  value === null || value === undefined || (isRecord(value) && Object.keys(value).length === 0);

async function readMerged(options: LoadOptions, form: Form) {
  const { files, env, edited, keepPaths } = options;
  const [first] = files;
  if (first === undefined)
    throw new HostError('invalid', 'no configuration file provided: not found');
  const { directory = dirname(first), envFiles } = options;
  const given = (name: string) => env[name];
  const dotEnv =
    envFiles === undefined
      ? ((await readEnvFile(join(directory, '.env'), given)) ?? {})
      : await readVariables(given, envFiles);
  const variables: Variables = (name) => env[name] ?? dotEnv[name];
  const problems = new Map<string, Problem>();
  const report = (problem: Problem) => problems.set(problemText(problem), problem);
  const loading = startLoading(form, first, edited, report);
  const sources: ComposeSource[] = [];
  for (const file of files) {
    const source = await loading.open(file);
    if (source) sources.push(source);
  }
  if (!hasErrors(problems) && sources.every(({ value }) => isEmpty(value))) {
    report({ severity: 'error', file: first, message: 'empty compose file' });
  }
  const name = findProjectName(sources, { ...options, directory }, variables, report);
  const scope: Scope = {
    directory,
    variables: (key) => (key === 'COMPOSE_PROJECT_NAME' ? name : variables(key)),
    pathsFrom: keepPaths ? directory : undefined,
  };
  const merged = await readFiles(files, scope, loading);
  for (const source of sources) warnOfVersion(source, report);
  return { merged, loading, scope, name, dotEnv, problems };
}

function startLoading(
  form: Form,
  first: string,
  edited: LoadOptions['edited'],
  report: Loading['report'],
): Loading {
  const documents: ComposeDocument[] = [];
  const sources = new Map<string, ComposeSource | undefined>();
  return {
    ...{ form, report },
    async open(file) {
      if (!sources.has(file)) {
        const text = edited?.get(file) ?? (await readText(file));
        sources.set(file, readSource(file, text, report));
      }
      return sources.get(file);
    },
    add(document) {
      documents.push(document);
    },
    locate(path) {
      const document = documents.findLast(({ value }) => has(value, path)) ?? documents[0];
      return document ? { file: document.file, ...document.placeOf(path) } : { file: first };
    },
  };
}

/** Returns the project, or throws HostError 'invalid' with all its errors. */
export async function requireProject(options: LoadOptions): Promise<Project> {
  const { project, problems } = await loadProject(options);
  if (project) return project;
  const errors = problems.filter(({ severity }) => severity === 'error').map(problemText);
  throw new HostError('invalid', errors.join('\n'));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HostError('invalid', `open ${path}: no such file or directory`, { cause });
  }
}

/** `version` is from before the Compose specification. */
function warnOfVersion(source: ComposeSource, report: (problem: Problem) => void): void {
  if (!has(source.value, ['version'])) return;
  const message =
    'the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion';
  const { file } = source;
  report({ severity: 'warning', file, ...source.placeOf(['version']), message });
}

function has(value: unknown, path: readonly PropertyKey[]): boolean {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !(key in here)) return false;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return true;
}

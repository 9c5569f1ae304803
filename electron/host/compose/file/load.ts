import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HostError } from '../../base/errors.ts';
import { completeProject } from './complete.ts';
import { type ComposeDocument, readDocument } from './document.ts';
import { readEnvFile } from './env-file.ts';
import { extendServices } from './extends.ts';
import { type ComposeFile, composeFileSchema } from './file-schema.ts';
import type { Variables } from './interpolate.ts';
import { explainIssues } from './issues.ts';
import type { Loading } from './loading.ts';
import { mergeOver } from './merge.ts';
import { type Problem, problemText } from './problem.ts';
import { emptyFile, type Project } from './project.ts';
import { resolvePaths, withBuildDefaults } from './resolve-paths.ts';
import { IGNORED_KEYS } from './service-schema.ts';

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
  const { files, env, edited } = options;
  const [first] = files;
  if (first === undefined)
    throw new HostError('invalid', 'no configuration file provided: not found');
  const { directory = dirname(first), envFiles } = options;
  const dotEnv = await readVariables(env, envFiles, join(directory, '.env'));
  const variables: Variables = (name) => env[name] ?? dotEnv[name];
  const problems = new Map<string, Problem>();
  const documents: ComposeDocument[] = [];
  const report = (problem: Problem) => problems.set(problemText(problem), problem);

  const loading: Loading = {
    variables,
    report,
    async read(file, base) {
      const text = edited?.get(file) ?? (await readText(file));
      const document = readDocument(file, text, variables, report);
      if (!document) return undefined;
      documents.push(document);
      const parsed = composeFileSchema.safeParse(document.value ?? {});
      if (parsed.success) {
        warnOfIgnored(parsed.data, document, report);
        const included = await include(parsed.data, file, loading);
        return resolvePaths(included, base);
      }
      for (const { path, message } of explainIssues(parsed.error.issues)) {
        report({ severity: 'error', file, line: document.lineOf(path), message });
      }
      return undefined;
    },
    locate(path) {
      const document = documents.findLast(({ value }) => has(value, path)) ?? documents[0];
      return document ? { file: document.file, line: document.lineOf(path) } : { file: first };
    },
  };

  let whole = emptyFile;
  for (const file of files) {
    const next = await loading.read(file, directory);
    if (next) whole = mergeOver(whole, next);
  }
  const failed = () => [...problems.values()].some(({ severity }) => severity === 'error');
  const extended = failed() ? undefined : await extendServices(whole, first, loading);
  const project =
    extended && !failed()
      ? await completeProject(
          withBuildDefaults(extended, directory),
          { ...options, directory },
          loading,
        )
      : undefined;
  return {
    ...(project && !failed() ? { project } : {}),
    problems: [...problems.values()],
    variables: dotEnv,
  };
}

/** Returns the project, or throws HostError 'invalid' with all its errors. */
export async function requireProject(options: LoadOptions): Promise<Project> {
  const { project, problems } = await loadProject(options);
  if (project) return project;
  const errors = problems.filter(({ severity }) => severity === 'error').map(problemText);
  throw new HostError('invalid', errors.join('\n'));
}

/** The variables of the files, or those of `.env`, which may be missing. */
async function readVariables(
  env: LoadOptions['env'],
  files: readonly string[] | undefined,
  dotEnv: string,
): Promise<Record<string, string>> {
  if (files === undefined) return (await readEnvFile(dotEnv, (name) => env[name])) ?? {};
  const variables: Record<string, string> = {};
  for (const file of files) {
    const entries = await readEnvFile(file, (name) => env[name] ?? variables[name]);
    if (!entries) throw new HostError('invalid', `couldn't find env file: ${file}`);
    Object.assign(variables, entries);
  }
  return variables;
}

/** Merges the file over the files it includes, whose relative paths use their own directories. */
async function include(file: ComposeFile, path: string, loading: Loading): Promise<ComposeFile> {
  let whole = emptyFile;
  for (const entry of file.include ?? []) {
    const paths = entry.path.map((name) => resolve(dirname(path), name));
    const [first = path] = paths;
    // Relative paths, also of what the files extend, begin at the first file.
    const directory =
      'project_directory' in entry && entry.project_directory !== undefined
        ? resolve(dirname(path), entry.project_directory)
        : dirname(first);
    let included = emptyFile;
    for (const each of paths) {
      const next = await loading.read(each, directory);
      if (next) included = mergeOver(included, next);
    }
    const extended = await extendServices(included, first, loading);
    whole = mergeOver(whole, withBuildDefaults(extended, directory));
  }
  const { include: _, ...own } = file;
  return mergeOver(whole, own);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new HostError('invalid', `open ${path}: no such file or directory`, { cause });
  }
}

function warnOfIgnored(
  file: ComposeFile,
  document: ComposeDocument,
  report: (problem: Problem) => void,
): void {
  const warn = (path: readonly string[], message: string) =>
    report({ severity: 'warning', file: document.file, line: document.lineOf(path), message });
  if (file.version !== undefined) {
    warn(
      ['version'],
      'the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion',
    );
  }
  for (const [name, service] of Object.entries(file.services)) {
    for (const key of IGNORED_KEYS) {
      if (key in service) {
        warn(['services', name, key], `services.${name}.${key} has no effect in Berth`);
      }
    }
  }
}

function has(value: unknown, path: readonly PropertyKey[]): boolean {
  let here = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !(key in here)) return false;
    here = (here as Record<PropertyKey, unknown>)[key];
  }
  return true;
}

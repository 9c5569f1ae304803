import { dirname, isAbsolute, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { HostError } from '../../base/errors.ts';
import { readEnvFile, readVariables } from './env-file.ts';
import type { ComposeFile, IncludedFiles } from './file-schema.ts';
import { withKnown } from './known-variables.ts';
import type { Loading, Scope } from './loading.ts';
import { mapValues } from './record.ts';
import { withContexts } from './resolve-paths.ts';

interface Including extends Loading {
  /** Reads files of which later ones override earlier ones. */
  readonly readAll: (
    files: readonly string[],
    scope: Scope,
    including: readonly string[],
  ) => Promise<ComposeFile>;
}

const RESOURCES = ['services', 'networks', 'volumes', 'secrets', 'configs', 'models'] as const;

/**
 * The file with the services and other resources of the files that it includes. Two different resources of
 * one name are an error. (Compose specification, "Include".)
 */
export async function withIncluded(
  file: ComposeFile,
  path: string,
  scope: Scope,
  loading: Including,
  including: readonly string[],
): Promise<ComposeFile> {
  const { include = [], ...own } = file;
  let whole: ComposeFile = own;
  for (const entry of include) {
    const included = await readIncluded(entry, scope, loading, [...including, path]);
    whole = imported(whole, included, loading);
  }
  return whole;
}

async function readIncluded(
  entry: IncludedFiles,
  around: Scope,
  loading: Including,
  including: readonly string[],
): Promise<ComposeFile> {
  const { directory: begin, variables: outer } = around;
  const paths = entry.path.map((name) => resolve(begin, name));
  const [first = begin] = paths;
  if (including.includes(first)) {
    const [start, ...chain] = [...including, first];
    const message = `include cycle detected:\n${start}\n include ${chain.join('\n include ')}`;
    throw new HostError('invalid', message);
  }
  const directory =
    entry.project_directory === undefined
      ? dirname(first)
      : resolve(begin, entry.project_directory);
  const inner = await variablesOf(entry, begin, directory, outer);
  const variables = (name: string) => outer(name) ?? inner[name];
  const inside = { ...around, directory, variables };
  const read = await loading.readAll(paths, inside, including);
  return withValues(withContexts(read, inside), variables);
}

/** The variables of `env_file`, or of the `.env` of the included project. */
async function variablesOf(
  entry: IncludedFiles,
  around: string,
  directory: string,
  outer: Scope['variables'],
): Promise<Record<string, string>> {
  if (entry.env_file === undefined) {
    return (await readEnvFile(join(directory, '.env'), outer)) ?? {};
  }
  const files = entry.env_file.map((path) => (isAbsolute(path) ? path : join(around, path)));
  return readVariables(outer, files);
}

/** Gives variables without a value those of the included project. */
function withValues(file: ComposeFile, variables: Scope['variables']): ComposeFile {
  const services = mapValues(file.services, (service) =>
    service?.environment === undefined
      ? service
      : { ...service, environment: withKnown(service.environment, variables) },
  );
  return { ...file, services };
}

function imported(file: ComposeFile, included: ComposeFile, loading: Loading): ComposeFile {
  const result = { ...file };
  for (const kind of RESOURCES) {
    const own: Record<string, unknown> = file[kind];
    for (const [name, value] of Object.entries<unknown>(included[kind])) {
      if (name in own && !isDeepStrictEqual(own[name], value)) {
        const message = `${kind}.${name} conflicts with imported resource`;
        loading.report({ severity: 'error', ...loading.locate([kind, name]), message });
      }
    }
    Object.assign(result, { [kind]: { ...included[kind], ...own } });
  }
  return result;
}

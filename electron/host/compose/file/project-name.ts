import { basename } from 'node:path';
import type { ComposeSource } from './document.ts';
import { InterpolationError, interpolate, type Variables } from './interpolate.ts';
import type { Problem } from './problem.ts';

interface Wanted {
  /** The name that the caller gave. */
  readonly name?: string | undefined;
  /** The folder's name is the default. */
  readonly directory: string;
}

/**
 * The project's name: the caller's, that of `COMPOSE_PROJECT_NAME`, of the last file that has one, or the
 * folder's. Variables can use it as `COMPOSE_PROJECT_NAME`. Reports a name that can't be used.
 */
export function findProjectName(
  sources: readonly ComposeSource[],
  { name: given, directory }: Wanted,
  variables: Variables,
  report: (problem: Problem) => void,
): string | undefined {
  const source = sources.findLast(({ value }) => nameIn(value) !== undefined);
  const name =
    given ??
    (variables('COMPOSE_PROJECT_NAME') || (source && interpolatedName(source, variables))) ??
    basename(directory)
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '')
      .replace(/^[_-]+/, '');
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  const message =
    name === ''
      ? 'project name must not be empty'
      : `invalid project name "${name}": must consist only of lowercase alphanumeric characters, hyphens, and underscores as well as start with a letter or number`;
  const file = (source ?? sources[0])?.file ?? directory;
  report({ severity: 'error', file, ...source?.placeOf(['name']), message });
  return undefined;
}

function nameIn(value: unknown): string | undefined {
  const isObject = typeof value === 'object' && value !== null && 'name' in value;
  return isObject && typeof value.name === 'string' ? value.name : undefined;
}

function interpolatedName({ value }: ComposeSource, variables: Variables): string | undefined {
  try {
    return interpolate(nameIn(value) ?? '', variables);
  } catch (error) {
    // Reading the whole file reports the error.
    if (error instanceof InterpolationError) return undefined;
    throw error;
  }
}

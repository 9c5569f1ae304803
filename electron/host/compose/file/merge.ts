import { isRecord } from '../../base/is-record.ts';
import { asList, isListed, joinLists } from './merge-lists.ts';
import { EXTENSIONS, type Extensions } from './record.ts';

type Path = readonly string[];

/** Values that a later file replaces as a whole. */
const REPLACED = new Set([
  'services.*.command',
  'services.*.entrypoint',
  'services.*.healthcheck.test',
  'services.*.ulimits.*',
]);

/** Maps in which a name without a value replaces an earlier value, and gets its value later. */
const WITHOUT_VALUES = new Set(['services.*.environment', 'services.*.build.args']);

/** Maps whose keys are names that people choose. */
const NAMED =
  /^(services|networks|volumes|secrets|configs|models|services\.\*\.(networks|ulimits))$/;

/** Merges what later files say over what earlier ones say. (Compose specification, "Merge".) */
export interface Merge {
  /** Merges one file over another: maps are merged, lists are appended, other values are replaced. */
  files<T>(base: T, over: T): T;
  /** Merges a service over the service that it extends, in the same way. */
  services<T>(base: T, over: T): T;
}

const merging = (lists: boolean): Merge => ({
  files: <T>(base: T, over: T) => merged([], base, over, lists) as T,
  services: <T>(base: T, over: T) => merged(['services', '*'], base, over, lists) as T,
});

/** For files in their long form. */
export const mergeMapped = merging(false);

/** For files as they are written: where a map can be a list of `NAME=value`, the result is such a list. */
export const mergeListed = merging(true);

/** The file without the values at these paths. */
export function withoutPaths<T>(file: T, paths: readonly Path[]): T {
  return paths.reduce((rest, path) => withoutPath(rest, path) as T, file);
}

function withoutPath(value: unknown, [key, ...path]: Path): unknown {
  if (key === undefined || !isRecord(value) || !(key in value)) return value;
  if (path.length > 0) return { ...value, [key]: withoutPath(value[key], path) };
  const { [key]: _, ...rest } = value;
  return rest;
}

function merged(path: Path, base: unknown, over: unknown, lists: boolean): unknown {
  const pattern = path.join('.');
  if (over === undefined) return base;
  if (lists && isListed(pattern) && base && over) {
    return joinLists(pattern, asList(base), asList(over));
  }
  // A list is without repeated entries also where there is nothing to append it to.
  if (Array.isArray(over) && !Array.isArray(base)) return joinLists(pattern, [], over);
  if (isRecord(over) && !isRecord(base)) return mergeMaps(path, {}, over, lists);
  if (base === undefined || base === null || REPLACED.has(pattern)) return over;
  if (over === null) return base;
  if (Array.isArray(base) && Array.isArray(over)) return joinLists(pattern, base, over);
  if (!isRecord(base) || !isRecord(over)) return over;
  const isOtherDriver =
    pattern === 'services.*.logging' &&
    base.driver !== undefined &&
    over.driver !== undefined &&
    base.driver !== over.driver;
  return isOtherDriver ? over : mergeMaps(path, base, over, lists);
}

type Map = Record<string, unknown> & { [EXTENSIONS]?: Extensions };

function mergeMaps(path: Path, base: Map, over: Map, lists: boolean): Map {
  const pattern = path.join('.');
  const result: Map = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const next = [...path, NAMED.test(pattern) ? '*' : name];
    const isUnset = value === null && WITHOUT_VALUES.has(pattern);
    result[name] = isUnset ? value : merged(next, result[name], value, lists);
  }
  const extensions = merged([...path, 'x-'], base[EXTENSIONS], over[EXTENSIONS], lists);
  if (extensions !== undefined) result[EXTENSIONS] = extensions as Extensions;
  return result;
}

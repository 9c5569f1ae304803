import type { BigIntStats, Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Glob } from '../../contract/glob.ts';
import { EngineError, ifMissing } from '../../errors.ts';
import { resolveInRoot } from '../../runtime/files/rootfs-path.ts';
import { type Dialect, sourceMissing } from '../dialect.ts';
import { inOrder } from '../in-order.ts';
import { isPattern, namePattern } from './pattern.ts';

/** One name takes a few milliseconds with the longest patterns. */
const NAMES_AT_ONCE = 16;

/** The error for a source that is missing, or that is a link to nowhere. */
export type Missing = (name: string, isLink: boolean) => EngineError;

/** A file or directory to be copied. */
export interface Source {
  /** The path below the root as written: `dir/file`. Empty is the root. */
  readonly name: string;
  /** The real path, with links resolved. */
  readonly path: string;
  readonly stats: BigIntStats;
}

/**
 * Finds the files that a source of `COPY` means below a root directory, sorted by name. The source
 * can be a pattern. No link leads out of the root. Throws EngineError 'invalid' in Docker's words
 * if a file doesn't exist: `missing` for the source itself. BuildKit accepts a pattern that matches nothing in an existing directory; the
 * classic builder doesn't.
 */
export async function findSources(
  root: string,
  source: string,
  dialect: Dialect,
  missing: Missing = (name) => sourceMissing(dialect, name),
): Promise<Source[]> {
  const name = posix.join('/', source).slice(1).replace(/\/$/, '');
  if (isPattern(name)) {
    const names = await matchingNames(root, '', name.split('/'));
    if (names.length === 0) await acceptNoMatches(root, name, dialect);
    return inOrder(
      names.map((each) => findSource(root, each, (name) => sourceMissing(dialect, name))),
    );
  }
  return [await findSource(root, name, missing)];
}

/**
 * The error for a source that doesn't exist. BuildKit looks for the sources when it computes the key
 * of the step, but then only for the others if one is a directory above them. With exclusions, it
 * looks only for what links lead to. It misses the others when it copies, and in other words.
 */
export function missingSource(
  sources: readonly string[],
  hasExclusions: boolean,
  dialect: Dialect,
): Missing {
  const literal = sources
    .filter((source) => !isPattern(source))
    .map((source) => posix.join('/', source, '/'));
  return (name, isLink) => {
    const isBelow = literal.some((path) => path !== `/${name}/` && `/${name}/`.startsWith(path));
    const isLate = isBelow || (hasExclusions && !isLink);
    if (dialect.name === 'classic' || !isLate) {
      return sourceMissing(dialect, name);
    }
    return new EngineError('invalid', `lstat /${name}: no such file or directory`);
  };
}

/** Throws EngineError 'invalid' if the builder doesn't accept that the pattern matches nothing. */
async function acceptNoMatches(root: string, pattern: string, dialect: Dialect): Promise<void> {
  if (dialect.noMatches !== undefined) throw new EngineError('invalid', dialect.noMatches);
  const parts = pattern.split('/');
  const directory = parts.slice(0, parts.findIndex(isPattern)).join('/');
  const found = await lstat(await resolveInRoot(root, directory)).catch(ifMissing(undefined));
  if (found?.isDirectory()) return;
  const reason = found === undefined ? 'no such file or directory' : 'not a directory';
  throw new EngineError('invalid', `lstat /${directory}: ${reason}`);
}

async function findSource(root: string, name: string, missing: Missing): Promise<Source> {
  const path = await resolveInRoot(root, name);
  try {
    return { name, path, stats: await lstat(path, { bigint: true }) };
  } catch (error) {
    if (!isMissing(error)) throw error;
    const parent = await resolveInRoot(root, posix.dirname(name));
    const own = await lstat(join(parent, posix.basename(name))).catch(ifMissing(undefined));
    throw missing(name, own !== undefined);
  }
}

/** Follows links that the pattern names, but not links that it matches. */
async function matchingNames(
  root: string,
  parent: string,
  [first = '', ...rest]: readonly string[],
): Promise<string[]> {
  const directory = await resolveInRoot(root, parent);
  const pattern = namePattern(first);
  const entries = await readdir(directory, { withFileTypes: true }).catch(noneIfMissing);
  const names = (await matching(entries, pattern))
    .filter((entry) => rest.length === 0 || entry.isDirectory() || !isPattern(first))
    .map(({ name }) => posix.join(parent, name))
    .sort();
  if (rest.length === 0) return names;
  return (await Promise.all(names.map((name) => matchingNames(root, name, rest)))).flat();
}

/** A directory can have a million names, so the engine answers other requests in between. */
async function matching(entries: readonly Dirent[], pattern: Glob): Promise<Dirent[]> {
  const found: Dirent[] = [];
  for (const [index, entry] of entries.entries()) {
    if (index % NAMES_AT_ONCE === NAMES_AT_ONCE - 1) await setImmediate();
    if (pattern.matches(entry.name)) found.push(entry);
  }
  return found;
}

function noneIfMissing(error: unknown): [] {
  if (isMissing(error)) return [];
  throw error;
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

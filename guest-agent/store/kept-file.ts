import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode } from '../errors.ts';
import { syncDirectory, writeFileAtomic } from './atomic-file.ts';

/*
 * A file of ours that keeps the version before it, for when the disk damages it. Both names begin
 * with a dot, so that no record's own file or directory can have them.
 */

const previousPath = (path: string) => beside(path, 'previous');

/** Where a damaged file goes when something else takes its place. */
export const damagedPath = (path: string) => beside(path, 'damaged');

const beside = (path: string, what: string) => join(dirname(path), `.${basename(path)}.${what}`);

/** The path that a previous version belongs to; undefined for any other file. */
export function keptPath(path: string): string | undefined {
  const name = /^\.(.+)\.previous$/.exec(basename(path))?.[1];
  return name === undefined ? undefined : join(dirname(path), name);
}

/** `restored`: the value is the previous version's, as the file is damaged, or missing without a cause. */
export type Kept<T> =
  | { readonly state: 'whole'; readonly value: T }
  | { readonly state: 'restored'; readonly value: T; readonly cause?: unknown }
  | { readonly state: 'damaged'; readonly cause: unknown }
  | { readonly state: 'missing' };

/** What a file holds, or else what its previous version does. `parse` throws for a damaged text. */
export async function readKept<T>(path: string, parse: (text: string) => T): Promise<Kept<T>> {
  const current = await read(path, parse);
  if (current.state === 'whole') return current;
  const previous = await read(previousPath(path), parse);
  return previous.state === 'whole' ? { ...current, ...previous, state: 'restored' } : current;
}

/**
 * Replaces a file atomically, durable once it resolves; the version before stays beside it. It costs
 * no fsync of its own: what is there already is on the disk, and gets a second name.
 */
export async function writeKept(path: string, text: string): Promise<void> {
  const isFirst = !(await keepPrevious(path));
  await writeFileAtomic(path, text);
  // Many files are written only once: these have a copy.
  if (isFirst) await writeCopy(path, text);
}

/**
 * Replaces a file that is damaged, and keeps it for people to look at; durable once it resolves. The
 * file has its name at every moment: without it, its previous version may count as removed.
 */
export async function replaceDamaged(path: string, text: string): Promise<void> {
  await linkInstead(path, damagedPath(path)).catch(unlessMissing);
  await writeFileAtomic(path, text);
  // After a crash, the previous version may be the damaged file under another name.
  await rm(previousPath(path), { force: true });
  await writeCopy(path, text);
}

/** Durable once it resolves. Idempotent. */
export async function removeKept(path: string): Promise<void> {
  // The file itself goes last: what is left of it must not come back by a crash.
  for (const name of [previousPath(path), damagedPath(path), path]) await rm(name, { force: true });
  await syncDirectory(dirname(path));
}

/** Moves a damaged file out of the way, for people to look at. Nothing happens if it is gone. */
export async function setAside(path: string): Promise<void> {
  await rename(path, damagedPath(path)).catch(unlessMissing);
}

/** False when there is no file yet; the previous version may be all there is then, and stays. */
async function keepPrevious(path: string): Promise<boolean> {
  try {
    await linkInstead(path, previousPath(path));
    return true;
  } catch (error) {
    // Anything else, such as a full disk, costs the previous version, and not the write.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

/** Gives a file a second name, and takes that name from the file that has it. */
async function linkInstead(path: string, name: string): Promise<void> {
  await link(path, name).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    await rm(name);
    await link(path, name);
  });
}

/** The copy need not be durable at once, as the file itself is. Without room for it, there is none. */
async function writeCopy(path: string, text: string): Promise<void> {
  await writeFile(previousPath(path), text, { mode: 0o600 }).catch(() => {});
}

/** What the system says of a file that the disk has damaged. */
export const DAMAGED = ['EIO', 'EUCLEAN', 'EBADMSG'] as const;

async function read<T>(path: string, parse: (text: string) => T): Promise<Kept<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { state: 'missing' };
    // What the disk cannot read is damaged. All else, such as too many open files, says nothing
    // about the file.
    if (hasCode(cause, ...DAMAGED)) return { state: 'damaged', cause };
    throw cause;
  }
  try {
    return { state: 'whole', value: parse(text) };
  } catch (cause) {
    return { state: 'damaged', cause };
  }
}

/** For `catch`: a file that does not exist is fine. */
export function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hasCode, persistently, unlessShortage } from '../errors.ts';
import { openDirectory, writeFileAtomic } from './atomic-file.ts';

/*
 * A file with a previous version, in case the disk damages the file. The names of both extra files
 * begin with a dot, so that they can't be mistaken for a record or its directory.
 */

const previousPath = (path: string) => beside(path, 'previous');

/** The new path of a damaged file that is replaced. */
export const damagedPath = (path: string) => beside(path, 'damaged');

const beside = (path: string, what: string) => join(dirname(path), `.${basename(path)}.${what}`);

/** The path that a previous version belongs to. Undefined for other files. */
export function keptPath(path: string): string | undefined {
  const name = /^\.(.+)\.previous$/.exec(basename(path))?.[1];
  return name === undefined ? undefined : join(dirname(path), name);
}

/**
 * `restored` means that the value is the previous version's, since the file is damaged or missing.
 */
export type Kept<T> =
  | { readonly state: 'whole'; readonly value: T }
  | { readonly state: 'restored'; readonly value: T; readonly cause?: unknown }
  | { readonly state: 'damaged'; readonly cause: unknown }
  | { readonly state: 'missing' };

/** Reads a file, or else its previous version. `parse` throws for a damaged text. */
export async function readKept<T>(path: string, parse: (text: string) => T): Promise<Kept<T>> {
  const current = await read(path, parse);
  if (current.state === 'whole') return current;
  const previous = await read(previousPath(path), parse);
  return previous.state === 'whole' ? { ...current, ...previous, state: 'restored' } : current;
}

/**
 * Replaces a file atomically and keeps the previous version next to it. Durable once it resolves.
 * Needs no additional fsync: the old file is already on the disk, and only gets a second name.
 */
export async function writeKept(path: string, text: string): Promise<void> {
  const before = await keepPrevious(path);
  try {
    await writeFileAtomic(path, text);
  } catch (error) {
    await undoWrite(path, before).catch(unlessShortage);
    throw error;
  }
  // Many files are written only once, so these get a copy.
  if (before === 'none') await writeCopy(path, text);
}

/** A write can fail after the rename. What the caller reports as failed must not be on the disk. */
async function undoWrite(path: string, before: Before): Promise<void> {
  if (before === 'none') await rm(path, { force: true });
  if (before === 'kept') await rename(previousPath(path), path).catch(unlessMissing);
}

/**
 * Replaces a damaged file and keeps it for inspection. Durable once it resolves. The name always
 * exists, since otherwise the previous version could count as removed.
 */
export async function replaceDamaged(path: string, text: string): Promise<void> {
  await linkInstead(path, damagedPath(path)).catch(unlessMissing);
  await writeFileAtomic(path, text);
  // After a crash, the previous version may be the damaged file under another name.
  await rm(previousPath(path), { force: true });
  await writeCopy(path, text);
}

/** Durable once it resolves, unless the disk fails. Idempotent. */
export async function removeKept(path: string): Promise<void> {
  await using directory = await persistently(() => openDirectory(dirname(path)));
  // The file itself is removed last, so that a crash can't restore it from the others.
  for (const name of [previousPath(path), damagedPath(path), path]) {
    await persistently(() => rm(name, { force: true }));
  }
  // The file is gone, and so must be what the caller knows of it. Only a power cut could bring it back.
  await directory?.sync().catch(unlessShortage);
}

/** Renames a damaged file and keeps it for inspection. Does nothing if the file is gone. */
export async function setAside(path: string): Promise<void> {
  await rename(path, damagedPath(path)).catch(unlessMissing);
}

/** Whether there was a file, and whether it has a second name now. */
type Before = 'none' | 'kept' | 'not kept';

/** Without a file, a previous version that exists stays as it is. */
async function keepPrevious(path: string): Promise<Before> {
  try {
    await linkInstead(path, previousPath(path));
    return 'kept';
  } catch (error) {
    // Other failures, such as a full disk, cost the previous version but not the write.
    return hasCode(error, 'ENOENT') ? 'none' : 'not kept';
  }
}

/** Gives a file a second name, and replaces the file that has this name. */
async function linkInstead(path: string, name: string): Promise<void> {
  await link(path, name).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    await rm(name);
    await link(path, name);
  });
}

/** The copy need not be durable immediately. If there is no space for it, it is skipped. */
async function writeCopy(path: string, text: string): Promise<void> {
  await writeFile(previousPath(path), text, { mode: 0o600 }).catch(() => {});
}

/** The system's error codes for a damaged file. */
export const DAMAGED = ['EIO', 'EUCLEAN', 'EBADMSG'] as const;

async function read<T>(path: string, parse: (text: string) => T): Promise<Kept<T>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { state: 'missing' };
    // A file that the disk can't read is damaged. Other errors, such as too many open files, show
    // nothing about the file.
    if (hasCode(cause, ...DAMAGED)) return { state: 'damaged', cause };
    throw cause;
  }
  try {
    return { state: 'whole', value: parse(text) };
  } catch (cause) {
    return { state: 'damaged', cause };
  }
}

/** For `catch`: ignores a missing file. */
export function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

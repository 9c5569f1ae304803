import { type FSWatcher, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Change } from '../../../guest-agent/contract/changes.ts';
import { logError } from '../log.ts';

/** What has changed in a tree. */
export interface TreeChange extends Pick<Change, 'kind' | 'isFolder'> {
  /** Relative to the root, with slashes; empty for the root itself. */
  readonly path: string;
  /** When it happened: `Date.now()`. */
  readonly at: number;
}

export interface TreeWatch {
  /** Resolves once all that is there now is known, so that the next change is told of. */
  readonly ready: Promise<void>;
  /** The root has gone: what comes in its place is not watched. */
  readonly isOver: boolean;
  /** Why some of the tree is not watched; undefined while all of it is. */
  readonly gap: WatchGap | undefined;
  close(): void;
}

/** The system watches no more directories, or the tree has more files than are followed. */
export interface WatchGap {
  readonly cause: 'watches' | 'size';
  /** The first directory that it is so for. */
  readonly directory: string;
}

/** `fs.watch` of one directory, or of all below it. */
export type WatchDirectory = (
  path: string,
  options: { recursive: boolean },
  onEvent: (event: string, name: string | null) => void,
) => FSWatcher;

/** Changes of a moment are looked at together: saving a file makes several. */
const SETTLE_MS = 30;
/** Many programs save by removing and making anew: what is gone must stay so for this long. */
const GONE_MS = 120;
/** As many files as a whole home directory may have are not followed, only the first of them. */
export const MAX_ENTRIES = 200_000;
/** What is known of one: its own time and size tell nothing that its entries don't. */
const DIRECTORY = 'directory';
/** inotify: the watches of this user, or the programs with watches, are as many as may be. */
const LIMIT_CODES = ['ENOSPC', 'EMFILE'];

/** These watch all below a directory by themselves; elsewhere each directory is watched. */
const nativeRecursion = process.platform === 'darwin' || process.platform === 'win32';

const logUnseen = (error: unknown) => logError('A changed file was passed over', error);

/**
 * Tells of what changes at `root` (a directory with all below it, or a file). Links are not followed. Files whose time, size and identity are as they were have
 * not changed, whatever the system says: so it is with what the guest touches to tell containers.
 */
export function watchTree(
  root: string,
  onChange: (change: TreeChange) => void,
  watchDirectory: WatchDirectory = watch,
): TreeWatch {
  /** Every path that is there, with what a change of it would alter. */
  const known = new Map<string, string>();
  /** Of those, what is in each directory. */
  const inside = new Map<string, Set<string>>();
  const watchers = new Map<string, FSWatcher>();
  const touched = new Set<string>();
  const missing = new Map<string, NodeJS.Timeout>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let silent = true;
  let isOver = false;
  let gap: WatchGap | undefined;

  const tell = (change: TreeChange) => {
    if (!silent && !closed) onChange(change);
  };
  const note = (path: string) => {
    if (closed) return;
    touched.add(path);
    timer ??= setTimeout(() => {
      timer = undefined;
      const paths = [...touched];
      touched.clear();
      for (const each of paths) check(each).catch(logUnseen);
    }, SETTLE_MS);
  };
  const follow = (directory: string, recursive: boolean) => {
    if (closed || watchers.has(directory)) return;
    try {
      const watcher = watchDirectory(join(root, directory), { recursive }, (_, name) => {
        note(name === null ? directory : below(directory, name.replaceAll('\\', '/')));
        // So a directory tells that it has gone itself; of the others, the one above tells too.
        if (directory === '' && name === basename(root)) note('');
      });
      watcher.on('error', () => unfollow(directory));
      watchers.set(directory, watcher);
    } catch (error) {
      // Otherwise it has gone again.
      const { code = '' } = error as NodeJS.ErrnoException;
      if (LIMIT_CODES.includes(code)) gap ??= { cause: 'watches', directory };
    }
  };
  const unfollow = (directory: string) => {
    watchers.get(directory)?.close();
    watchers.delete(directory);
  };
  const remember = (path: string, now: string) => {
    known.set(path, now);
    if (path === '') return;
    const parent = parentOf(path);
    const others = inside.get(parent);
    if (others) others.add(path);
    else inside.set(parent, new Set([path]));
  };
  const forget = (path: string, at: number) => {
    // The inner ones first, as they are removed.
    for (const each of inside.get(path) ?? []) forget(each, at);
    const isFolder = known.get(path) === DIRECTORY;
    inside.delete(path);
    inside.get(parentOf(path))?.delete(path);
    known.delete(path);
    unfollow(path);
    if (path === '') isOver = true;
    tell({ path, kind: 'removed', isFolder, at });
  };

  /** Compares one path with what is known of it, and goes into directories. */
  const check = async (path: string): Promise<void> => {
    if (closed) return;
    const file = await lstat(join(root, path), { bigint: true }).catch(() => undefined);
    if (!file) return checkGone(path);
    clearTimeout(missing.get(path));
    missing.delete(path);
    const isDirectory = file.isDirectory();
    const now = isDirectory ? DIRECTORY : `${file.ino} ${file.mtimeNs} ${file.size} ${file.mode}`;
    const before = known.get(path);
    if (before === undefined && known.size >= MAX_ENTRIES) {
      gap ??= { cause: 'size', directory: parentOf(path) };
      return;
    }
    remember(path, now);
    // Programs may set the other times back.
    const at = Number(file.ctimeMs);
    if (before !== now) {
      tell({ path, kind: before === undefined ? 'created' : 'changed', isFolder: isDirectory, at });
    }
    if (!isDirectory) return;
    if (!nativeRecursion) follow(path, false);
    const names = await readdir(join(root, path)).catch(() => []);
    const isNew = before === undefined;
    for (const name of names) {
      const child = below(path, name);
      if (isNew || !known.has(child)) await check(child);
    }
    // What was made while it was being read.
    if (isNew && !silent) note(path);
  };
  const checkGone = (path: string) => {
    if (!known.has(path) || missing.has(path)) return;
    const at = Date.now();
    const confirm = async () => {
      missing.delete(path);
      const file = await lstat(join(root, path)).catch(() => undefined);
      if (file) note(path);
      else forget(path, at);
    };
    missing.set(
      path,
      setTimeout(() => confirm().catch(logUnseen), GONE_MS),
    );
  };

  const begin = async () => {
    const file = await lstat(root).catch(() => undefined);
    isOver = !file;
    if (!file) return;
    if (nativeRecursion || !file.isDirectory()) follow('', file.isDirectory());
    await check('');
    silent = false;
  };
  return {
    ready: begin(),
    get isOver() {
      return isOver;
    },
    get gap() {
      return gap;
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const each of missing.values()) clearTimeout(each);
      for (const directory of [...watchers.keys()]) unfollow(directory);
    },
  };
}

const below = (directory: string, name: string) =>
  directory === '' ? name : `${directory}/${name}`;

const parentOf = (path: string) => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

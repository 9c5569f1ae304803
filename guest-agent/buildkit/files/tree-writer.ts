import { constants } from 'node:fs';
import {
  chmod,
  type FileHandle,
  link,
  lutimes,
  mkdir,
  open,
  rm,
  symlink,
  utimes,
} from 'node:fs/promises';
import { join, posix } from 'node:path';
import { loadFileCalls, makeNode } from '../../runtime/files/file-calls.ts';
import { removeDeepTree } from '../../store/remove-deep-tree.ts';
import { GrpcError, grpcCode } from '../grpc/status.ts';
import type { Fingerprints } from './kept-tree.ts';
import type { TreeEntry } from './tree-entry.ts';

const nodeTypes = {
  fifo: constants.S_IFIFO,
  char: constants.S_IFCHR,
  block: constants.S_IFBLK,
};

/** Where a tree's files are written, asked for when something changes for the first time. */
export interface Destination {
  readonly path: string;
}

/**
 * Changes a directory into a client's. Entries come in the order of the client's walk: a directory
 * before its files. No path leads through a link, since directories above a file must have come
 * before it as directories.
 */
export class TreeWriter {
  readonly #before: Fingerprints;
  readonly #change: () => Promise<Destination>;
  readonly #seen = new Map<string, TreeEntry>();
  readonly #linked: TreeEntry[] = [];
  readonly #directories: TreeEntry[] = [];
  readonly #fingerprints = new Map<string, string>();
  /** Directories whose attributes differ from the client's, because something in them changed. */
  readonly #touched = new Set<string>();
  #root: string | undefined;

  /** `change` is called once, before the first change. */
  constructor(before: Fingerprints, change: () => Promise<Destination>) {
    this.#before = before;
    this.#change = change;
  }

  /** What the directory looks like now. */
  get fingerprints(): Fingerprints {
    return this.#fingerprints;
  }

  /** Takes an entry. Returns whether its content is needed. */
  async add(entry: TreeEntry): Promise<boolean> {
    const { path, kind } = entry;
    const parent = posix.dirname(path);
    if (this.#seen.has(path) || (parent !== '.' && this.#seen.get(parent)?.kind !== 'directory')) {
      throw new GrpcError(
        grpcCode.invalidArgument,
        `unexpected path in the build context: ${path}`,
      );
    }
    this.#seen.set(path, entry);
    const print = fingerprint(entry);
    this.#fingerprints.set(path, print);
    if (kind === 'directory') this.#directories.push(entry);
    const before = this.#before.get(path);
    // The file that a link shares may change, so links are made again.
    if (kind === 'link') this.#linked.push(entry);
    if (before === print) return false;
    const place = await this.#place(path);
    this.#touched.add(parent);
    if (kind === 'directory') this.#touched.add(path);
    // A changed directory keeps its files.
    if (before !== undefined && !(kind === 'directory' && isDirectory(before))) {
      await removeDeepTree(place);
    }
    switch (kind) {
      case 'file':
        return true;
      case 'link':
        return false;
      case 'directory':
        await mkdir(place, { recursive: true, mode: 0o700 });
        return false;
      case 'symlink':
        await symlink(entry.target, place);
        await lutimes(place, seconds(entry.mtime), seconds(entry.mtime));
        return false;
      case 'fifo':
      case 'char':
      case 'block':
        await loadFileCalls();
        makeNode(place, nodeTypes[kind] | entry.mode, entry.device);
        return false;
      case 'socket':
        // A socket without a process is of no use, so images don't have sockets.
        return false;
    }
  }

  /** Creates a file, whose content follows. */
  async create({ path }: TreeEntry): Promise<FileHandle> {
    return open(await this.#place(path), 'wx', 0o600);
  }

  /** Gives a complete file its attributes, and closes it. */
  async finishFile({ mode, mtime }: TreeEntry, file: FileHandle): Promise<void> {
    try {
      await file.chmod(mode);
      await file.utimes(seconds(mtime), seconds(mtime));
    } finally {
      await file.close();
    }
  }

  /** Removes what the client doesn't have any more. All files must be complete. */
  async finish(): Promise<void> {
    const gone = [...this.#before.keys()].filter((path) => !this.#seen.has(path));
    for (const path of gone) {
      // A link or a file may have taken the place of a directory above it.
      if (this.#isBelowDirectories(path)) {
        this.#touched.add(posix.dirname(path));
        await removeDeepTree(await this.#place(path));
      }
    }
    if (this.#root === undefined) return;
    for (const entry of this.#linked) {
      if (this.#seen.get(entry.target)?.kind !== 'file') {
        throw new GrpcError(
          grpcCode.invalidArgument,
          `invalid link in the build context: ${entry.path}`,
        );
      }
      const place = await this.#place(entry.path);
      this.#touched.add(posix.dirname(entry.path));
      await rm(place, { force: true });
      await link(await this.#place(entry.target), place);
    }
    // Last, because changes inside a directory change its time.
    for (const entry of this.#directories.reverse()) {
      if (this.#touched.has(entry.path)) await this.#setAttributes(entry);
    }
  }

  #isBelowDirectories(path: string): boolean {
    const parent = posix.dirname(path);
    return parent === '.' || this.#seen.get(parent)?.kind === 'directory';
  }

  async #setAttributes({ path, mode, mtime }: TreeEntry): Promise<void> {
    const place = await this.#place(path);
    await chmod(place, mode);
    await utimes(place, seconds(mtime), seconds(mtime));
  }

  async #place(path: string): Promise<string> {
    this.#root ??= (await this.#change()).path;
    return join(this.#root, path);
  }
}

function fingerprint({ kind, mode, size, mtime, target, device }: TreeEntry): string {
  // The size of a directory says nothing.
  const facts = kind === 'directory' ? [mode, mtime] : [mode, size, mtime, target, ...device];
  return [kind, ...facts].join(' ');
}

function isDirectory(fingerprint: string): boolean {
  return fingerprint.startsWith('directory ');
}

function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds) / 1e9;
}

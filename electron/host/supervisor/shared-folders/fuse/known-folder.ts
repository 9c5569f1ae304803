import type { FSWatcher } from 'node:fs';
import type { Facts } from './facts.ts';

/** The folder and the name of a path. */
export function parentOf(path: string): { readonly folder: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return { folder: path.slice(0, Math.max(slash, 0)), name: path.slice(slash + 1) };
}

/** A name at which something has happened. */
export interface Pending {
  readonly folder: KnownFolder;
  readonly name: string;
  /** How often the system has reported it. */
  reports: number;
  /** The guest has seen the file before its programs could learn that it is new. */
  isNew: boolean;
}

/** A folder that the guest knows. The tree of them has only these. */
export class KnownFolder {
  /** All names in a watched folder. Undefined for a file that nobody has looked at. */
  readonly entries = new Map<string, Facts | undefined>();
  readonly folders = new Map<string, KnownFolder>();
  watcher?: FSWatcher;
  isWatched = false;
  /** Names to look at again. */
  readonly pending = new Map<string, Pending>();
  name: string;
  #parent: KnownFolder | undefined;

  constructor(parent: KnownFolder | undefined, name: string) {
    this.#parent = parent;
    this.name = name;
  }

  /** Follows moves. */
  get path(): string {
    const above = this.#parent?.path;
    return above ? `${above}/${this.name}` : this.name;
  }

  find(path: string): KnownFolder | undefined {
    let folder: KnownFolder | undefined = this;
    if (path === '') return folder;
    for (const part of path.split('/')) folder = folder?.folders.get(part);
    return folder;
  }

  /** All known names of some files, by inode, in the folder and below. */
  *namesOf(
    inodes: ReadonlySet<bigint>,
  ): Generator<readonly [KnownFolder, string], void, undefined> {
    for (const [name, facts] of this.entries) {
      if (facts && inodes.has(facts.ino)) yield [this, name];
    }
    for (const folder of this.folders.values()) yield* folder.namesOf(inodes);
  }

  make(path: string): KnownFolder {
    let folder: KnownFolder = this;
    if (path === '') return folder;
    for (const part of path.split('/')) {
      const next: KnownFolder = folder.folders.get(part) ?? new KnownFolder(folder, part);
      folder.folders.set(part, next);
      folder = next;
    }
    return folder;
  }

  moveTo(parent: KnownFolder, name: string): void {
    this.#parent?.folders.delete(this.name);
    const replaced = parent.folders.get(name);
    if (replaced !== this) replaced?.drop();
    this.#parent = parent;
    this.name = name;
    parent.folders.set(name, this);
  }

  /** Ends the watches of the folder and of all below. */
  drop(): void {
    for (const folder of [...this.folders.values()]) folder.drop();
    this.watcher?.close();
    this.isWatched = false;
    this.entries.clear();
    this.#parent?.folders.delete(this.name);
  }
}

import { type BigIntStats, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';
import {
  ATTRIBUTES_BYTES,
  writeAttributes,
} from '../../../../../guest-agent/contract/fuse/attributes.ts';
import type { Change } from '../../../../../guest-agent/contract/fuse/messages.ts';
import { loggerOf } from '../../../base/log.ts';
import { isMissing } from '../../../base/system-error.ts';
import type { AttributesOf } from './attributes-of.ts';
import { type Boundary, Refused } from './boundary.ts';
import { describeChanges, type Look } from './describe-changes.ts';
import { type Facts, factsOf, isFolder, isSameFile } from './facts.ts';
import { createHostWatch, type HostWatch } from './host-watch.ts';
import { KnownFolder, type Pending, parentOf } from './known-folder.ts';
import { below } from './listings.ts';

const log = loggerOf('folders');

/** Long enough to see both halves of a rename, and short against what a person notices. */
const GATHER_MS = 4;
/** More changes than that come in several notices. */
const MOST_IN_NOTICE = 500;

/**
 * What the guest knows about the files of a share, and the watches that report when it isn't true any
 * more. A change of the guest's own is noted here first, so that the watch's report of it says nothing new.
 */
export class KnownFiles {
  readonly #boundary: Boundary;
  readonly #attributesOf: AttributesOf;
  readonly #watch: HostWatch;
  readonly #report: (changes: readonly Change[]) => void;
  readonly #rootName: string;
  #root = new KnownFolder(undefined, '');
  /** Names to look at again, in the order in which the system reported them. */
  #pending: Pending[] = [];
  /** Inodes of files with several names, of which the system reports only one. */
  readonly #linked = new Set<bigint>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    options: {
      readonly root: string;
      readonly platform: NodeJS.Platform;
      readonly boundary: Boundary;
      readonly attributesOf: AttributesOf;
    },
    report: (changes: readonly Change[]) => void,
  ) {
    this.#boundary = options.boundary;
    this.#attributesOf = options.attributesOf;
    this.#report = report;
    this.#rootName = basename(options.root);
    const events = {
      onName: (folder: KnownFolder, name: string) => {
        // The shared folder itself was moved or replaced.
        const isRoot = folder === this.#root && name === this.#rootName;
        if (isRoot && !folder.entries.has(name)) this.forgetAll();
        else this.#look(folder, name, 1);
      },
      onPath: (path: string, name: string) => {
        const folder = this.#root.find(path);
        if (folder) this.#look(folder, name, 1);
      },
      onOverrun: () => this.forgetAll(),
    };
    this.#watch = createHostWatch(options.root, events, options.platform);
  }

  /**
   * Watches a folder from now on, so that what the guest knows about its entries stays true. False if the
   * system can't watch it.
   */
  follow(path: string): boolean {
    const known = this.#root.find(path);
    if (known?.isWatched) return true;
    const folder = this.#root.make(path);
    try {
      const hostPath = this.#boundary.folder(path);
      // First the watch, so that no change falls in between.
      if (!this.#watch.add(folder, hostPath)) return false;
      folder.isWatched = true;
      for (const name of readdirSync(hostPath)) folder.entries.set(name, undefined);
      return true;
    } catch (error) {
      folder.drop();
      if (isMissing(error) || error instanceof Refused) return false;
      log.debug(`Watching ${path}`, error);
      return false;
    }
  }

  /** Whether the host's changes of entries of a folder will be reported. */
  isFollowed(path: string): boolean {
    return this.#root.find(path)?.isWatched ?? false;
  }

  /** The guest learns what a file is now: undefined if it doesn't exist. */
  tell(path: string, file: BigIntStats | undefined): void {
    const [folder, name] = this.#entryOf(path);
    if (!folder?.isWatched) return;
    const before = folder.entries.get(name);
    const isListed = folder.entries.has(name);
    if (!file) {
      if (isListed) this.#look(folder, name);
    } else if (!isListed) {
      folder.entries.set(name, factsOf(file));
      this.#look(folder, name).isNew = true;
    } else if (before === undefined) {
      folder.entries.set(name, factsOf(file));
    } else if (differs(before, file)) {
      // The guest learns it with this answer. Its programs learn it with the change.
      this.#look(folder, name);
    }
  }

  /** The guest itself has brought a file into this state: undefined if it removed it. */
  own(path: string, file: BigIntStats | undefined): void {
    const [folder, name] = this.#entryOf(path);
    if (!folder?.isWatched) return;
    const before = folder.entries.get(name);
    if (file) folder.entries.set(name, factsOf(file));
    else {
      folder.entries.delete(name);
      folder.folders.get(name)?.drop();
    }
    const isLinked = (file?.nlink ?? before?.nlink ?? 0n) > 1n && !file?.isDirectory();
    if (!isLinked) return;
    // The guest may know the other names as files of their own.
    this.#linked.add(file?.ino ?? before?.ino ?? 0n);
    this.#look(folder, name);
  }

  /** The guest itself has moved a file. */
  ownMove(from: string, to: string, file: BigIntStats): void {
    const [folder, name] = this.#entryOf(from);
    this.own(to, undefined);
    const moved = folder?.folders.get(name);
    if (moved) moved.moveTo(this.#root.make(parentOf(to).folder), parentOf(to).name);
    const before = folder?.entries.get(name);
    folder?.entries.delete(name);
    this.own(to, file);
    if (!before) return;
    // The host may have changed the file just before.
    const [target, newName] = this.#entryOf(to);
    if (!target?.isWatched) return;
    target.entries.set(newName, { ...before, ctimeNs: file.ctimeNs, nlink: file.nlink });
    if (folder?.pending.has(name)) this.#look(target, newName);
  }

  /** Changes were missed. */
  forgetAll(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#pending = [];
    this.#root.drop();
    this.#root = new KnownFolder(undefined, '');
    this.#report([{ kind: 'unknown', path: '' }]);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watch.close();
  }

  #entryOf(path: string): readonly [KnownFolder | undefined, string] {
    const { folder, name } = parentOf(path);
    return [path === '' ? undefined : this.#root.find(folder), name];
  }

  #look(folder: KnownFolder, name: string, reports = 0): Pending {
    const known = folder.pending.get(name);
    const pending = known ?? { folder, name, reports: 0, isNew: false };
    pending.reports += reports;
    if (!known) {
      folder.pending.set(name, pending);
      this.#pending.push(pending);
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#lookAtAll();
    }, GATHER_MS);
    return pending;
  }

  #lookAtAll(): void {
    const looks = this.#pending.flatMap((pending) => this.#lookAt(pending) ?? []);
    this.#pending = [];
    const others = this.#linked.size === 0 ? [] : [...this.#root.namesOf(this.#linked)];
    this.#linked.clear();
    const isLooked = new Set(looks.map(({ path }) => path));
    for (const [folder, name] of others) {
      const look = this.#lookAt({ folder, name, reports: 0, isNew: false });
      if (look && !isLooked.has(look.path)) looks.push(look);
    }
    this.#linked.clear();
    const changes = describeChanges(looks, (path) => this.#described(path));
    const moved = new Set<string>();
    for (const change of changes) {
      if (change.kind !== 'renamed') continue;
      this.#follow(change.path, change.to);
      moved.add(change.to);
    }
    for (const look of looks) this.#take(look, moved.has(look.path));
    for (let start = 0; start < changes.length; start += MOST_IN_NOTICE) {
      this.#report(changes.slice(start, start + MOST_IN_NOTICE));
    }
  }

  #lookAt({ folder, name, reports, isNew }: Pending): Look | undefined {
    folder.pending.delete(name);
    if (!folder.isWatched) return undefined;
    const path = below(folder.path, name);
    if (!this.#boundary.shows(path)) return undefined;
    const now = this.#factsNow(path);
    const before = folder.entries.get(name);
    const wasThere = folder.entries.has(name) && !isNew;
    // A watched folder that goes away reports its own name.
    if (!now && !wasThere && !before && name === folder.name) return undefined;
    this.#noteLinks(now);
    this.#noteLinks(before);
    return { path, wasThere, before, now, reports };
  }

  /** What happens to a file at one of its names isn't reported at the others. */
  #noteLinks(file: Facts | undefined): void {
    if (file && file.nlink > 1n && !isFolder(file)) this.#linked.add(file.ino);
  }

  #factsNow(path: string): Facts | undefined {
    try {
      const file = lstatSync(this.#boundary.place(path), { bigint: true, throwIfNoEntry: false });
      return file && factsOf(file);
    } catch (error) {
      // A folder on the way is gone too.
      if (isMissing(error) || error instanceof Refused) return undefined;
      throw error;
    }
  }

  /** The files of this look are what the guest knows from now on. */
  #take({ path, before, now }: Look, isMoved: boolean): void {
    const [folder, name] = this.#entryOf(path);
    const isSame = now && (isMoved || (before !== undefined && isSameFile(before, now)));
    // Its watches are those of another folder.
    if (!isSame) folder?.folders.get(name)?.drop();
    if (now) folder?.entries.set(name, now);
    else folder?.entries.delete(name);
  }

  /** A known folder keeps its watches when it moves. */
  #follow(from: string, to: string): void {
    this.#boundary.release(from);
    const [folder, name] = this.#entryOf(from);
    const moved = folder?.folders.get(name);
    if (!moved) return;
    const target = parentOf(to);
    moved.moveTo(this.#root.make(target.folder), target.name);
  }

  #described(path: string): { attributes: string; target?: string } | undefined {
    try {
      const place = this.#boundary.place(path);
      const file = lstatSync(place, { bigint: true, throwIfNoEntry: false });
      if (!file) return undefined;
      const bytes = Buffer.alloc(ATTRIBUTES_BYTES);
      writeAttributes(bytes, 0, this.#attributesOf(file));
      const target = file.isSymbolicLink() ? { target: readlinkSync(place) } : {};
      return { attributes: bytes.toString('base64'), ...target };
    } catch (error) {
      if (isMissing(error) || error instanceof Refused) return undefined;
      throw error;
    }
  }
}

function differs(before: Facts, file: BigIntStats): boolean {
  return (
    before.ino !== file.ino ||
    before.mode !== Number(file.mode) ||
    (!file.isDirectory() &&
      (before.mtimeNs !== file.mtimeNs ||
        before.ctimeNs !== file.ctimeNs ||
        before.size !== file.size))
  );
}

import { closeSync, constants, lstatSync, openSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { LinuxError } from '../../../../../guest-agent/contract/fuse/errors.ts';
import { Withheld } from '../../../../../guest-agent/contract/withheld.ts';
import { isMissing } from '../../../base/system-error.ts';
import { isName } from '../host-name.ts';
import { O_PATH } from './open-flags.ts';

/** A request that the server doesn't carry out, with the error that the guest gets. */
export class Refused extends Error {
  readonly code: LinuxError;

  constructor(code: LinuxError, what: string) {
    super(`${code}: ${what}`);
    this.code = code;
  }
}

/** What a server may reach. */
export interface Reach {
  /** The shared folder itself, without links on the way. */
  readonly root: string;
  /** Paths in the folder that the guest can't use (guest-agent/contract/withheld.ts). */
  readonly withheld: readonly string[];
  readonly platform: NodeJS.Platform;
}

/** Enough for the folders that programs use at one time. */
const MOST_DESCRIPTORS = 256;

/**
 * The only way from a path of the guest to a file of the host. Nothing outside of the shared folder has a
 * place here, and nothing that is withheld.
 *
 * All calls are synchronous, so no request of a guest can come between a check and the use of its result. On
 * Linux, the result is relative to an open folder, so other programs of the host can't replace a folder with
 * a link in between either.
 */
export class Boundary {
  readonly #reach: Reach;
  readonly #withheld: Withheld;
  /** Open folders by their paths, the last used last. Only on Linux. */
  readonly #descriptors = new Map<string, number>();

  constructor(reach: Reach) {
    this.#reach = reach;
    this.#withheld = new Withheld(reach.withheld);
  }

  /**
   * The host's path of a file, for calls that don't follow a link at it. Throws Refused, or the system's
   * error if a folder on the way is missing.
   */
  place(path: string): string {
    const slash = path.lastIndexOf('/');
    this.#check(path);
    if (path === '') return this.#reach.root;
    return join(this.#folder(path.slice(0, Math.max(slash, 0))), path.slice(slash + 1));
  }

  /** The host's path of a folder, for calls that would follow a link. Throws like `place`. */
  folder(path: string): string {
    this.#check(path);
    return this.#folder(path);
  }

  /** Like `place`, for a file that moves: a new name would show what is withheld below it. */
  movable(path: string): string {
    if (path === '') throw new Refused('EBUSY', path);
    if (this.#withheld.isIn(path)) throw new Refused('EACCES', path);
    return this.place(path);
  }

  /** Whether the guest can see the file. */
  shows(path: string): boolean {
    return !this.#withheld.includes(path);
  }

  /** Forgets open folders: all, or those at and below a path that moved. */
  release(path = ''): void {
    for (const [each, fd] of this.#descriptors) {
      if (path !== '' && each !== path && !each.startsWith(`${path}/`)) continue;
      this.#descriptors.delete(each);
      closeSync(fd);
    }
  }

  #check(path: string): void {
    if (path !== '') {
      for (const part of path.split('/')) {
        const isSafe = part !== '' && part !== '.' && part !== '..';
        if (!isSafe || !isName(part, this.#reach.platform)) throw new Refused('EINVAL', path);
        if (Buffer.byteLength(part) > 255) throw new Refused('ENAMETOOLONG', path);
      }
    }
    if (!this.shows(this.#reach.platform === 'win32' ? this.#longNames(path) : path)) {
      throw new Refused('EACCES', path);
    }
  }

  #folder(path: string): string {
    if (this.#reach.platform !== 'linux') return this.#checkedFolder(path);
    return `/proc/self/fd/${this.#descriptor(path)}`;
  }

  /** Each part must be a real folder. */
  #checkedFolder(path: string): string {
    let folder = this.#reach.root;
    for (const part of path.split('/').filter(Boolean)) {
      folder = join(folder, part);
      const file = lstatSync(folder);
      if (file.isSymbolicLink()) throw new Refused('ELOOP', path);
      if (!file.isDirectory()) throw new Refused('ENOTDIR', path);
    }
    return folder;
  }

  #descriptor(path: string): number {
    const known = this.#descriptors.get(path);
    if (known !== undefined) {
      // The last used is kept longest.
      this.#descriptors.delete(path);
      if (this.#isInPlace(known, path)) {
        this.#descriptors.set(path, known);
        return known;
      }
      closeSync(known);
    }
    const fd = this.#openFolder(path);
    this.#descriptors.set(path, fd);
    if (this.#descriptors.size > MOST_DESCRIPTORS) {
      const [oldest = path] = this.#descriptors.keys();
      closeSync(this.#descriptors.get(oldest) ?? fd);
      this.#descriptors.delete(oldest);
    }
    return fd;
  }

  /** The kernel says where an open folder is now. */
  #isInPlace(fd: number, path: string): boolean {
    const { root } = this.#reach;
    return readlinkSync(`/proc/self/fd/${fd}`) === (path === '' ? root : join(root, path));
  }

  #openFolder(path: string): number {
    const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    let fd = openSync(this.#reach.root, flags);
    try {
      for (const part of path.split('/').filter(Boolean)) {
        const above = fd;
        fd = openSync(`/proc/self/fd/${above}/${part}`, flags);
        closeSync(above);
      }
      return fd;
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Windows may know `.docker` also as `DOCKER~1`. */
  #longNames(path: string): string {
    if (!/~\d/.test(path)) return path;
    const { root } = this.#reach;
    try {
      return realpathSync
        .native(join(root, path))
        .slice(root.length + 1)
        .replaceAll('\\', '/');
    } catch (error) {
      // A file that doesn't exist can't be withheld under another name.
      if (isMissing(error)) return path;
      throw error;
    }
  }
}

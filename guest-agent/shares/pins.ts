import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { O_PATH } from '../runtime/file-calls.ts';
import type { OwnChanges } from './own-changes.ts';

/** A guard against folders without end, as a whole home directory may be; each takes about 1.5 KB. */
const MAX_PINS = 100_000;

/**
 * Holds directories of shared folders open. The kernel forgets a directory of a share when nobody
 * uses it, and makes a new one of it at the next use: those who watch the old one (inotify) would
 * no longer hear of what happens in it.
 */
export class Pins {
  readonly #held = new Map<string, FileHandle>();
  readonly #own: OwnChanges;

  /** `own` watches what is pinned. */
  constructor(own: OwnChanges) {
    this.#own = own;
  }

  /** Pins a directory and all below it, the upper ones first. What isn't a directory is left out. */
  async add(path: string): Promise<void> {
    await this.#walk(path, () => true);
  }

  /** The same, of a directory that has changed: what is below the pinned ones in it has not. */
  async renew(path: string): Promise<void> {
    await this.#walk(path, (each) => !this.#held.has(each));
  }

  async #walk(path: string, isWanted: (directory: string) => boolean): Promise<void> {
    const pending = [path];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      if (!(await this.#hold(next))) continue;
      const entries = await readdir(next, { withFileTypes: true }).catch(() => []);
      const directories = entries.filter((entry) => entry.isDirectory());
      pending.push(...directories.map(({ name }) => join(next, name)).filter(isWanted));
    }
  }

  /** Lets go of what is in none of the folders, and of what `gone` names. */
  async keep(folders: readonly string[]): Promise<void> {
    const isKept = (path: string) =>
      folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
    await this.#release((path) => !isKept(path));
  }

  /** Lets go of a directory that was removed, and of those that were in it. */
  async drop(folder: string): Promise<void> {
    await this.#release((path) => path === folder || path.startsWith(`${folder}/`));
  }

  async #hold(path: string): Promise<boolean> {
    if (this.#held.has(path)) return true;
    if (this.#held.size >= MAX_PINS) return false;
    const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    const handle = await open(path, flags).catch(() => undefined);
    if (!handle) return false;
    this.#held.set(path, handle);
    this.#own.watch(path, handle.fd);
    return true;
  }

  async #release(isOver: (path: string) => boolean): Promise<void> {
    for (const [path, handle] of [...this.#held]) {
      if (!isOver(path)) continue;
      this.#held.delete(path);
      this.#own.unwatch(path);
      await handle.close();
    }
  }
}

import { constants, type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../errors.ts';
import { O_PATH } from '../runtime/files/file-calls.ts';

/** Each pin takes about 1.5 KB, and a home directory may have any number of folders. */
const MAX_PINS = 100_000;
/** A watch takes memory of the kernel's besides. */
const MAX_WATCHES = 10_000;
/** How long pinning a large folder may delay the start of a container. */
const PATIENCE_MS = 2_000;
/** After this time a container that was being started runs, or has failed to start. */
const START_MS = 60_000;
/** Between two looks at folders whose entries keep changing, as during `npm install`. */
const PAUSE_MS = 250;

interface Pin {
  readonly handle: FileHandle;
  readonly watcher: FSWatcher | undefined;
}

/**
 * Holds the folders open that containers have mounted from shared ones, with all folders below.
 *
 * Without a pin, a program doesn't hear (inotify) what it or another container changes in a folder
 * that it watches: over 9p, the kernel forgets a folder that nobody has open, and makes another inode
 * of it at the next use, which has no watches.
 *
 * Pinning reads folders and changes nothing. Folders that containers make, move and remove are
 * followed by watching the pinned ones; folders that the host makes are pinned at the next start of a
 * container.
 */
export class OpenFolders {
  readonly #held = new Map<string, Pin>();
  /** What running containers have mounted. */
  #mounted: readonly string[] = [];
  /** What containers that are being started will have mounted. */
  readonly #expected = new Set<string>();
  /** Names of entries that came or went, by the folder that they are in. */
  #changed = new Map<string, Set<string>>();
  #following: Promise<void> | undefined;
  /** Codes of the errors that the log has. */
  readonly #reported = new Set<string>();
  readonly #log: (message: string, cause: unknown) => void;

  constructor(log: (message: string, cause: unknown) => void) {
    this.#log = log;
  }

  /** To be awaited before a container starts that has this path mounted. */
  async prepare(path: string): Promise<void> {
    this.#expected.add(path);
    setTimeout(() => this.#expected.delete(path), START_MS).unref();
    await Promise.race([this.#add(path), sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** Pins what running containers have mounted, and lets go of all else. */
  async keep(paths: readonly string[]): Promise<void> {
    this.#mounted = paths;
    await closeAll(this.#take((path) => !this.#isWanted(path)));
    // What is pinned already is followed; reading all its folders again would be for nothing.
    for (const path of paths) if (!this.#held.has(path)) await this.#add(path);
  }

  /** Lets go of everything: pins keep shares from being unmounted. */
  async release(): Promise<void> {
    this.#expected.clear();
    await this.keep([]);
    await this.#following;
  }

  #isWanted(path: string): boolean {
    return [...this.#mounted, ...this.#expected].some((folder) => isWithin(folder, path));
  }

  /** Pins a folder and all below it, the upper ones first. Does nothing for what isn't a folder. */
  async #add(path: string): Promise<void> {
    const pending = [path];
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      if (!(await this.#hold(next))) continue;
      pending.push(...(await this.#foldersIn(next)).map((name) => join(next, name)));
    }
  }

  async #hold(path: string): Promise<boolean> {
    if (!this.#isWanted(path)) return false;
    if (this.#held.has(path)) return true;
    if (this.#held.size >= MAX_PINS) return false;
    const flags = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
    const handle = await open(path, flags).catch((error) => this.#report(path, error));
    if (!handle) return false;
    // Another call may have pinned the folder meanwhile, or it isn't wanted any more.
    if (this.#held.has(path) || !this.#isWanted(path)) {
      await handle.close();
      return this.#held.has(path);
    }
    this.#held.set(path, { handle, watcher: this.#watch(path, handle.fd) });
    return true;
  }

  /** `descriptor` names the folder whatever is at its path by now. */
  #watch(path: string, descriptor: number): FSWatcher | undefined {
    if (this.#held.size >= MAX_WATCHES) return undefined;
    try {
      const watcher = watch(`/proc/self/fd/${descriptor}`, { persistent: false }, (event, name) => {
        if (event === 'rename' && name !== null) this.#follow(path, name);
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch (error) {
      // The folder has gone, or the kernel has no more watches: its new folders aren't pinned.
      return this.#report(path, error);
    }
  }

  #follow(folder: string, name: string): void {
    const names = this.#changed.get(folder) ?? new Set();
    this.#changed.set(folder, names.add(name));
    this.#following ??= this.#followAll()
      .catch((error) => this.#log('following the folders that containers make', error))
      .finally(() => {
        this.#following = undefined;
      });
  }

  async #followAll(): Promise<void> {
    while (this.#changed.size > 0) {
      const changed = this.#changed;
      this.#changed = new Map();
      const arrived: string[] = [];
      const left: Pin[] = [];
      for (const [folder, names] of changed) {
        const folders = new Set(await this.#foldersIn(folder));
        for (const name of names) {
          const path = join(folder, name);
          if (this.#held.has(path)) left.push(...this.#take((each) => isWithin(path, each)));
          if (folders.has(name)) arrived.push(path);
        }
      }
      for (const path of arrived) await this.#add(path);
      // Last, so that a folder that was moved stays the same one all the time.
      await closeAll(left);
      await sleep(PAUSE_MS, undefined, { ref: false });
    }
  }

  /** Names of the folders in a folder; none when it has gone. */
  async #foldersIn(path: string): Promise<string[]> {
    const read = readdir(path, { withFileTypes: true });
    const entries = await read.catch((error) => this.#report(path, error) ?? []);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  /** A folder that can't be held: each cause is logged once, as thousands of folders may have it. */
  #report(path: string, error: unknown): undefined {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return;
    const { code = '' } = error as NodeJS.ErrnoException;
    if (this.#reported.has(code)) return;
    this.#reported.add(code);
    this.#log(`holding ${path} open`, error);
  }

  /** Forgets pins, which the caller closes. */
  #take(isTaken: (path: string) => boolean): Pin[] {
    const taken = [...this.#held].filter(([path]) => isTaken(path));
    for (const [path] of taken) this.#held.delete(path);
    return taken.map(([, pin]) => pin);
  }
}

const isWithin = (folder: string, path: string) => path === folder || path.startsWith(`${folder}/`);

async function closeAll(pins: readonly Pin[]): Promise<void> {
  for (const { handle, watcher } of pins) {
    watcher?.close();
    await handle.close();
  }
}

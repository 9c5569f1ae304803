import { constants, type FSWatcher, watch } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasCode } from '../errors.ts';
import { O_PATH } from '../runtime/files/file-calls.ts';

/** Each open folder takes about 1.5 KB, and a home directory may have any number of folders. */
const MAX_PINS = 100_000;
/** A watch also takes kernel memory. */
const MAX_WATCHES = 10_000;
/** The maximum delay of a container's start while a large folder is opened. */
const PATIENCE_MS = 2_000;
/** After this time, a starting container runs or has failed. */
const START_MS = 60_000;
/** The pause between two checks of folders whose entries keep changing, as during `npm install`. */
const PAUSE_MS = 250;

interface Pin {
  readonly handle: FileHandle;
  readonly watcher: FSWatcher | undefined;
}

/**
 * Keeps folders of shares open that containers have mounted, with all folders below.
 *
 * Otherwise a program that watches a folder (inotify) would miss its own and other containers'
 * changes: over 9p, the kernel drops a folder that nobody has open. At its next use the folder gets
 * a new inode without watches.
 *
 * This reads folders and changes nothing. Watches on the open folders detect folders that
 * containers create, move and remove. Folders that the host creates are opened at the next start of
 * a container.
 */
export class OpenFolders {
  readonly #held = new Map<string, Pin>();
  /** The mounted folders of running containers. */
  #mounted: readonly string[] = [];
  /** The mounted folders of containers that are starting. */
  readonly #expected = new Set<string>();
  /** The names of added and removed entries, by folder. */
  #changed = new Map<string, Set<string>>();
  #following: Promise<void> | undefined;
  /** The error codes that were already logged. */
  readonly #reported = new Set<string>();
  readonly #log: (message: string, cause: unknown) => void;

  constructor(log: (message: string, cause: unknown) => void) {
    this.#log = log;
  }

  /** Await this before the start of a container that mounts this path. */
  async prepare(path: string): Promise<void> {
    this.#expected.add(path);
    setTimeout(() => this.#expected.delete(path), START_MS).unref();
    await Promise.race([this.#add(path), sleep(PATIENCE_MS, undefined, { ref: false })]);
  }

  /** Opens the mounted folders of running containers, and closes all others. */
  async keep(paths: readonly string[]): Promise<void> {
    this.#mounted = paths;
    await closeAll(this.#take((path) => !this.#isWanted(path)));
    // Open folders are already followed, so there is no need to read them again.
    for (const path of paths) if (!this.#held.has(path)) await this.#add(path);
  }

  /** Closes all folders, since open folders keep shares from being unmounted. */
  async release(): Promise<void> {
    this.#expected.clear();
    await this.keep([]);
    await this.#following;
  }

  #isWanted(path: string): boolean {
    return [...this.#mounted, ...this.#expected].some((folder) => isWithin(folder, path));
  }

  /**
   * Opens a folder and all folders below, parents first. Does nothing if the path isn't a folder.
   */
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
    // Another call may have opened the folder meanwhile, or it isn't needed any more.
    if (this.#held.has(path) || !this.#isWanted(path)) {
      await handle.close();
      return this.#held.has(path);
    }
    this.#held.set(path, { handle, watcher: this.#watch(path, handle.fd) });
    return true;
  }

  /** `descriptor` refers to the folder, even if another is at its path by now. */
  #watch(path: string, descriptor: number): FSWatcher | undefined {
    if (this.#held.size >= MAX_WATCHES) return undefined;
    try {
      const watcher = watch(`/proc/self/fd/${descriptor}`, { persistent: false }, (event, name) => {
        if (event === 'rename' && name !== null) this.#follow(path, name);
      });
      watcher.on('error', () => watcher.close());
      return watcher;
    } catch (error) {
      // The folder is gone, or the kernel has no more watches. New folders in it won't be opened.
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
      // Closed last, so that a moved folder keeps its inode.
      await closeAll(left);
      await sleep(PAUSE_MS, undefined, { ref: false });
    }
  }

  /** The names of the folders in a folder. Empty if it is gone. */
  async #foldersIn(path: string): Promise<string[]> {
    const read = readdir(path, { withFileTypes: true });
    const entries = await read.catch((error) => this.#report(path, error) ?? []);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  /** Logs each cause once, since thousands of folders may have the same error. */
  #report(path: string, error: unknown): undefined {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return;
    const { code = '' } = error as NodeJS.ErrnoException;
    if (this.#reported.has(code)) return;
    this.#reported.add(code);
    this.#log(`holding ${path} open`, error);
  }

  /** Removes entries from the list. The caller closes them. */
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

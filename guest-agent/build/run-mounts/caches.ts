import { createHash } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Lock, NamedLocks } from '../../engine/lock.ts';
import { ifMissing } from '../../errors.ts';
import { directorySize } from '../../runtime/files/directory-size.ts';
import { removeDeepTree } from '../../store/remove-deep-tree.ts';
import type { RunMount } from '../dockerfile/mount-flag.ts';
import { redacted } from '../git/redacted.ts';

/** A cache's directory, in use until disposed of. */
export interface UsedCache extends Disposable {
  readonly path: string;
}

export interface CacheUsage {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly created: Date;
  readonly lastUsed: Date;
  readonly inUse: boolean;
  /** What made the cache. Empty if that isn't known. */
  readonly origin: string;
}

/** How to make a cache that isn't there. */
export interface NewCache {
  /** Gives the cache its first files and its permissions. */
  readonly fill?: ((path: string) => Promise<void>) | undefined;
  /** The command of the `RUN`. */
  readonly command?: readonly string[];
}

/** The directory with what made each cache, in a file with the cache's name. */
const ORIGINS = '.origins';

/** People only need to recognise a command. */
const MAX_ORIGIN = 2000;

/** Ends the name of a cache that isn't complete yet. */
const NEW = '.new';

/** The directories of `RUN --mount=type=cache`, which survive builds. */
export class BuildCaches {
  readonly #directory: string;
  readonly #locks = new Map<string, Lock>();
  /** A prune doesn't remove a cache while a `RUN` opens the cache. */
  readonly #changes = new NamedLocks();
  readonly #users = new Map<string, number>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  /**
   * Waits until no other `RUN` has the caches that the mounts lock, until disposed of. Each cache is
   * locked once, and always in the same order, so that builds never wait for each other.
   */
  async lock(mounts: readonly RunMount[], signal: AbortSignal): Promise<Disposable> {
    const locked = mounts.filter(({ type, sharing }) => type === 'cache' && sharing === 'locked');
    using held = new DisposableStack();
    for (const name of [...new Set(locked.map(cacheName))].sort()) {
      const lock = this.#locks.get(name) ?? new Lock();
      this.#locks.set(name, lock);
      held.defer(await lock.hold(signal));
    }
    return held.move();
  }

  /** Opens the cache of a mount. */
  async use(mount: RunMount, { fill, command = [] }: NewCache = {}): Promise<UsedCache> {
    const { sharing, mode = 0o755, uid, gid } = mount;
    const shared = cacheName(mount);
    const name = sharing === 'private' ? this.#unused(shared) : shared;
    const path = join(this.#directory, name);
    this.#users.set(path, (this.#users.get(path) ?? 0) + 1);
    const done = () => {
      const users = (this.#users.get(path) ?? 1) - 1;
      if (users > 0) this.#users.set(path, users);
      else this.#users.delete(path);
    };
    try {
      await this.#changes.run(path, async () => {
        const isNew = (await stat(path).catch(ifMissing(undefined))) === undefined;
        if (isNew) {
          await this.#noteOrigin(name, mount, command);
          await create(path, fill ?? ((place) => prepare(place, { uid, gid, mode })));
        }
        // Garbage is collected by the time of the last use, which changes of files below don't set.
        const now = new Date();
        await utimes(path, now, now);
      });
    } catch (error) {
      done();
      throw error;
    }
    return { path, [Symbol.dispose]: done };
  }

  /** The caches with what they take on the disk. */
  async usage(): Promise<CacheUsage[]> {
    const names = await readdir(this.#directory).catch(ifMissing([]));
    const found = names.map(async (name): Promise<CacheUsage[]> => {
      if (name === ORIGINS) return [];
      const path = join(this.#directory, name);
      const stats = await stat(path).catch(ifMissing(undefined));
      // A prune has removed the cache meanwhile, or the cache is complete now.
      if (stats === undefined) return [];
      const { birthtime, mtime } = stats;
      const size = await directorySize(path);
      const inUse = this.#users.has(whole(path));
      const origin = await readFile(this.#origin(name), 'utf8').catch(ifMissing(''));
      return [{ name, size, created: birthtime, lastUsed: mtime, inUse, origin }];
    });
    return (await Promise.all(found)).flat();
  }

  /** Removes a cache. Returns false if a `RUN` uses the cache. */
  async remove(name: string): Promise<boolean> {
    const path = join(this.#directory, name);
    const cache = whole(path);
    return this.#changes.run(cache, async () => {
      if (this.#users.has(cache)) return false;
      await removeDeepTree(path);
      await rm(this.#origin(name), { force: true });
      return true;
    });
  }

  #origin(name: string): string {
    return join(this.#directory, ORIGINS, whole(name));
  }

  async #noteOrigin(name: string, { id, target }: RunMount, command: readonly string[]) {
    const text = redacted(command.join(' '));
    const what = `cached mount ${target} from exec ${text}`.slice(0, MAX_ORIGIN);
    await mkdir(join(this.#directory, ORIGINS), { recursive: true, mode: 0o700 });
    // Only people read it, so it may be cut off after a crash.
    await writeFile(this.#origin(name), `${what} with id ${JSON.stringify(`/${id}`)}`);
  }

  /** A name that begins like the cache's and that no other `RUN` uses now. */
  #unused(name: string): string {
    for (let number = 0; ; number++) {
      const candidate = `${name}-${number}`;
      if (!this.#users.has(join(this.#directory, candidate))) return candidate;
    }
  }
}

/** The path of the cache that becomes complete at this path. */
function whole(path: string): string {
  return path.endsWith(NEW) ? path.slice(0, -NEW.length) : path;
}

/** Makes a whole cache, or none: half of a cache would stay for all builds. */
async function create(path: string, fill: (place: string) => Promise<void>): Promise<void> {
  const place = path + NEW;
  await removeDeepTree(place);
  await mkdir(place, { recursive: true, mode: 0o700 });
  await fill(place);
  await rename(place, path);
}

async function prepare(
  path: string,
  { uid, gid, mode }: Pick<RunMount, 'uid' | 'gid'> & { readonly mode: number },
): Promise<void> {
  await chown(path, uid, gid);
  await chmod(path, mode);
}

/** The name of a mount's cache on the disk. */
function cacheName({ id, target, from, source }: RunMount): string {
  const key = createHash('sha256').update(`${id || target}\0${from}\0${source}`);
  return key.digest('hex').slice(0, 32);
}

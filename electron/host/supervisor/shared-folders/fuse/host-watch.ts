import { type FSWatcher, readFileSync, watch } from 'node:fs';
import { loggerOf } from '../../../base/log.ts';
import { codeOf } from '../../../base/system-error.ts';
import type { KnownFolder } from './known-folder.ts';

const log = loggerOf('folders');

/** Takes half of a user's watches, so that an editor can still watch files. */
const SHARE_OF_WATCHES = 2;
const DEFAULT_QUEUE = 16_384;

export interface WatchEvents {
  /** Something has happened to the name in the folder. */
  onName(folder: KnownFolder, name: string): void;
  /** The same, for a folder by its path in the guest's form. */
  onPath(folder: string, name: string): void;
  /** Changes may have been missed. */
  onOverrun(): void;
}

/** Reports what changes in folders of the host. */
export interface HostWatch {
  /**
   * Starts to report the changes of names in a folder. `hostPath` leads to the folder. False if changes won't
   * be reported.
   */
  add(folder: KnownFolder, hostPath: string): boolean;
  close(): void;
}

export const createHostWatch = (
  root: string,
  events: WatchEvents,
  platform: NodeJS.Platform,
): HostWatch => (platform === 'linux' ? new FolderWatches(events) : new TreeWatch(root, events));

const numberIn = (file: string, otherwise: number): number => {
  try {
    return Number(readFileSync(file, 'utf8')) || otherwise;
  } catch (error) {
    log.debug(`Reading ${file}`, error);
    return otherwise;
  }
};

/** Linux watches single folders. */
class FolderWatches implements HostWatch {
  readonly #events: WatchEvents;
  readonly #most = numberIn('/proc/sys/fs/inotify/max_user_watches', 8192) / SHARE_OF_WATCHES;
  /** The kernel drops events beyond its queue, and libuv doesn't say so. */
  readonly #queue = numberIn('/proc/sys/fs/inotify/max_queued_events', DEFAULT_QUEUE) / 2;
  readonly #watchers = new Set<FSWatcher>();
  #inThisTurn = 0;
  #isFull = false;

  constructor(events: WatchEvents) {
    this.#events = events;
  }

  add(folder: KnownFolder, hostPath: string): boolean {
    if (this.#watchers.size >= this.#most) return this.#full('the limit for one program');
    try {
      const watcher = watch(hostPath, { persistent: false }, (_, name) => {
        this.#count();
        if (name !== null) this.#events.onName(folder, name);
      });
      watcher.on('error', () => watcher.close());
      watcher.on('close', () => this.#watchers.delete(watcher));
      this.#watchers.add(watcher);
      folder.watcher = watcher;
      return true;
    } catch (error) {
      if (['ENOSPC', 'EMFILE', 'ENOMEM'].includes(codeOf(error) ?? '')) {
        return this.#full(String(error));
      }
      // The folder is gone, or its file system can't be watched.
      log.debug(`Watching ${folder.path}`, error);
      return false;
    }
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
  }

  #full(why: string): false {
    if (!this.#isFull) {
      log.warn(
        `No more folders can be watched, so changes reach containers after a second: ${why}`,
      );
    }
    this.#isFull = true;
    return false;
  }

  #count(): void {
    if (this.#inThisTurn === 0) setImmediate(() => (this.#inThisTurn = 0));
    this.#inThisTurn += 1;
    if (this.#inThisTurn !== Math.floor(this.#queue)) return;
    log.warn('More files changed at once than the system reports');
    this.#events.onOverrun();
  }
}

/** macOS and Windows watch a folder with all below. */
class TreeWatch implements HostWatch {
  #watcher: FSWatcher | undefined;

  constructor(root: string, events: WatchEvents) {
    try {
      this.#watcher = watch(root, { persistent: false, recursive: true }, (_, file) => {
        if (file === null) return events.onOverrun();
        const path = file.replaceAll('\\', '/');
        const slash = path.lastIndexOf('/');
        events.onPath(path.slice(0, Math.max(slash, 0)), path.slice(slash + 1));
      });
      this.#watcher.on('error', (error) => {
        log.warn(`Watching ${root}`, error);
        this.close();
        events.onOverrun();
      });
    } catch (error) {
      log.warn(`Watching ${root}`, error);
    }
  }

  add(): boolean {
    return this.#watcher !== undefined;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }
}

import { type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';

/** For how long it is known what the guest has changed: longer than the host's word of it takes. */
const KEPT_MS = 10_000;
/**
 * What happened this much later than the guest's own change may still be that change: the kernel's
 * word of it has been waiting, and so has the host's.
 */
const SLACK_MS = 250;
/** Until the kernel's word of what the agent does itself has been heard. */
const OWN_ECHO_MS = 1_000;
/** Each takes some memory. In those beyond, changes of the guest's own are told of twice. */
const MAX_WATCHES = 10_000;

/**
 * What programs in the guest change in shared folders. They have been told of it by the kernel: when
 * the host tells of it too, it is no news.
 */
export class OwnChanges {
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly since: number }>();
  /** When each path was changed last. */
  readonly #changed = new Map<string, number>();
  /** What the agent touches, and until when that is so. */
  readonly #touched = new Map<string, number>();
  #forgetting: NodeJS.Timeout | undefined;

  /** `descriptor` is the directory, open, which names it whatever is at its path by now. */
  watch(directory: string, descriptor: number): void {
    if (this.#watchers.has(directory) || this.#watchers.size >= MAX_WATCHES) return;
    try {
      const watcher = watch(`/proc/self/fd/${descriptor}`, { persistent: false }, (_, name) => {
        if (name !== null) this.#note(join(directory, name));
      });
      watcher.on('error', () => this.unwatch(directory));
      this.#watchers.set(directory, { watcher, since: performance.now() });
    } catch {
      // It has gone, or the kernel watches no more.
    }
  }

  unwatch(directory: string): void {
    this.#watchers.get(directory)?.watcher.close();
    this.#watchers.delete(directory);
  }

  /** The agent is about to touch these itself, which says nothing of others. */
  touching(...paths: string[]): void {
    const until = performance.now() + OWN_ECHO_MS;
    for (const path of paths) this.#touched.set(path, until);
    this.#forgetLater();
  }

  /** Whether what happened to a path `age` milliseconds ago was done in the guest. */
  includes(path: string, age: number): boolean {
    return this.#includes(path, performance.now() - age);
  }

  #includes(path: string, happened: number): boolean {
    const changed = this.#changed.get(path);
    if (changed !== undefined && happened <= changed + SLACK_MS) return true;
    const parent = dirname(path);
    // Nobody watched a directory when it was new: what is in it came from who made it.
    const since = this.#watchers.get(parent)?.since ?? 0;
    return happened < since && this.#includes(parent, happened);
  }

  #note(path: string): void {
    const now = performance.now();
    if ((this.#touched.get(path) ?? 0) > now) return;
    this.#changed.set(path, now);
    this.#forgetLater();
  }

  #forgetLater(): void {
    this.#forgetting ??= setTimeout(() => {
      this.#forgetting = undefined;
      const now = performance.now();
      for (const [path, at] of this.#changed) if (at + KEPT_MS < now) this.#changed.delete(path);
      for (const [path, until] of this.#touched) if (until < now) this.#touched.delete(path);
      if (this.#changed.size + this.#touched.size > 0) this.#forgetLater();
    }, KEPT_MS).unref();
  }
}

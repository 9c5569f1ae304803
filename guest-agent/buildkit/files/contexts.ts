import { randomUUID } from 'node:crypto';
import { readdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../engine/engine.ts';
import { NamedLocks } from '../../engine/lock.ts';
import { ifMissing } from '../../errors.ts';
import { sha256 } from '../../store/digest.ts';
import { removeDeepTree } from '../../store/remove-deep-tree.ts';
import type { ClientSession } from '../session/client-session.ts';
import {
  beginChange,
  cloneTree,
  filesSize,
  hasIndex,
  type KeptTree,
  openTree,
  saveTree,
  treeSize,
} from './kept-tree.ts';
import { KnownTrees } from './known-trees.ts';
import { receiveTree, type TreeFilter } from './receive-tree.ts';
import { TreeWriter } from './tree-writer.ts';

/** What is kept of the trees that no build uses. The least recently used trees are removed first. */
const KEPT = { trees: 40, bytes: 10 * 2 ** 30 };

/** A client's directory, unchanged until disposed of. */
export interface HeldTree extends AsyncDisposable {
  readonly path: string;
  /** Equal for trees with the same files. */
  readonly version?: string | undefined;
}

/** What a kept tree takes. */
export interface KeptUsage {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly created: Date;
  readonly lastUsed: Date;
  readonly inUse: boolean;
}

/** The directories that clients sent. The next build of a directory transfers only the changes. */
export class Contexts {
  readonly #directory: string;
  readonly #locks = new NamedLocks();
  /** Builds that use a tree, by its path. */
  readonly #users = new Map<string, number>();
  readonly #known = new KnownTrees();
  /** The path of the newest tree by the key of its directory. */
  readonly #newest = new Map<string, string>();
  /** Keys of directories that are being brought up to date. */
  readonly #busy = new Set<string>();
  /** Whether trees may have to be removed. */
  #isCrowded = true;
  /** By key. Without an entry, the size isn't known. */
  readonly #sizes = new Map<string, number>();
  readonly #log: Engine['log'];
  readonly #kept: typeof KEPT;

  constructor(directory: string, log: Engine['log'], kept = KEPT) {
    this.#directory = directory;
    this.#log = log;
    this.#kept = kept;
  }

  /** Brings a client's directory up to date and holds it. */
  async take(
    session: ClientSession,
    name: string,
    filter: TreeFilter,
    report: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<HeldTree> {
    const owner = session.sharedKey || session.id;
    // Trees with other files than a filter lets through would be transferred again and again.
    const key = sha256(Buffer.from(JSON.stringify([owner, name, filter]))).slice(7);
    try {
      return await this.#locks.run(key, async () => {
        this.#busy.add(key);
        try {
          const update = (writer: TreeWriter) =>
            receiveTree(session, name, filter, writer, report, signal);
          const tree = await this.#update(key, update);
          // The ID of a session never comes again.
          return this.#hold(tree, key, session.sharedKey === '');
        } finally {
          this.#busy.delete(key);
        }
      });
    } catch (error) {
      await this.#removeIfUnfinished(key).catch((cause) =>
        this.#log('removing a build context that is not complete', cause),
      );
      throw error;
    } finally {
      // A build has its files even if others can't be removed.
      if (this.#isCrowded) {
        await this.#removeOld(this.#kept).catch((error) =>
          this.#log('removing build contexts that are no longer used', error),
        );
      }
    }
  }

  /**
   * Removes trees that an earlier process was receiving or removing. No build can use them. Call this
   * before the first build.
   */
  async removeUnfinished(): Promise<void> {
    for (const key of await readdir(this.#directory).catch(ifMissing([]))) {
      await this.#removeIfUnfinished(key);
    }
  }

  /** No build can use a tree that wasn't received completely. */
  async #removeIfUnfinished(key: string): Promise<void> {
    await this.#locks.run(key, async () => {
      if (this.#isUsed(key) || (await hasIndex(join(this.#directory, key)))) return;
      await this.#removeLocked(key);
    });
  }

  /** Removes the trees that no build uses, and returns them. */
  prune(): Promise<KeptUsage[]> {
    return this.#removeOld({ trees: 0, bytes: 0 });
  }

  async #update(key: string, update: (writer: TreeWriter) => Promise<void>): Promise<KeptTree> {
    const directory = join(this.#directory, key);
    const isUsed = (path: string) => this.#users.has(path);
    const known = this.#known.take(key);
    const before = known ?? (await openTree(directory, isUsed, this.#newest.has(key)));
    let tree: KeptTree = before;
    let changed = false;
    const writer = new TreeWriter(before.fingerprints, async () => {
      changed = true;
      this.#sizes.delete(key);
      await beginChange(directory);
      if (this.#users.has(before.path)) tree = await cloneTree(directory, before);
      return tree;
    });
    await update(writer);
    if (changed || !before.isSaved) {
      tree = { path: tree.path, fingerprints: writer.fingerprints };
      await saveTree(directory, tree);
      this.#sizes.set(key, filesSize(tree.fingerprints.values()));
      this.#isCrowded = true;
    }
    tree = { ...tree, version: tree.version ?? randomUUID() };
    this.#newest.set(key, tree.path);
    this.#known.keep(key, tree);
    await utimes(directory, new Date(), new Date());
    return tree;
  }

  #hold({ path, version }: KeptTree, key: string, isLast: boolean): HeldTree {
    this.#users.set(path, (this.#users.get(path) ?? 0) + 1);
    return {
      path,
      version,
      [Symbol.asyncDispose]: async () => {
        const users = (this.#users.get(path) ?? 1) - 1;
        if (users > 0) {
          this.#users.set(path, users);
          return;
        }
        this.#users.delete(path);
        // Whether a newer tree has replaced this tree.
        const isReplaced = this.#newest.get(key) !== path;
        try {
          if (isReplaced) await removeDeepTree(path);
          else if (isLast) await this.remove(key);
        } catch (error) {
          // The build has its result already.
          this.#log(`removing ${path}`, error);
        }
      },
    };
  }

  /** The kept trees, least recently used first. */
  async usage(): Promise<KeptUsage[]> {
    const keys = await readdir(this.#directory).catch(ifMissing([]));
    const found = await Promise.all(keys.map((key) => this.#usageOf(key)));
    return found.sort((a, b) => a.lastUsed.getTime() - b.lastUsed.getTime());
  }

  async #usageOf(key: string): Promise<KeptUsage> {
    const directory = join(this.#directory, key);
    const found = await stat(directory).catch(ifMissing(undefined));
    return {
      key,
      size: await this.#sizeOf(key),
      created: found?.birthtime ?? new Date(0),
      lastUsed: found?.mtime ?? new Date(0),
      inUse: this.#isUsed(key),
    };
  }

  #isUsed(key: string): boolean {
    const directory = join(this.#directory, key);
    const users = [...this.#users.keys()];
    return this.#busy.has(key) || users.some((path) => path.startsWith(`${directory}/`));
  }

  async #sizeOf(key: string): Promise<number> {
    const known = this.#sizes.get(key);
    if (known !== undefined) return known;
    const size = await treeSize(join(this.#directory, key));
    // A tree that changes now has another size soon.
    if (!this.#busy.has(key)) this.#sizes.set(key, size);
    return size;
  }

  async #removeOld({ trees, bytes }: typeof KEPT): Promise<KeptUsage[]> {
    const usages = await this.usage();
    let count = usages.length;
    let total = usages.reduce((sum, { size }) => sum + size, 0);
    const removed: KeptUsage[] = [];
    for (const usage of usages) {
      if (count <= trees && total <= bytes) break;
      if (!(await this.remove(usage.key))) continue;
      removed.push(usage);
      count -= 1;
      total -= usage.size;
    }
    this.#isCrowded = count > this.#kept.trees || total > this.#kept.bytes;
    return removed;
  }

  /** Returns false if a build uses the tree, or has begun to use the tree meanwhile. */
  async remove(key: string): Promise<boolean> {
    // Don't wait for a client that is sending files.
    if (this.#isUsed(key)) return false;
    return this.#locks.run(key, async () => {
      if (this.#isUsed(key)) return false;
      await this.#removeLocked(key);
      return true;
    });
  }

  async #removeLocked(key: string): Promise<void> {
    this.#newest.delete(key);
    this.#known.take(key);
    this.#sizes.delete(key);
    await removeDeepTree(join(this.#directory, key));
  }
}

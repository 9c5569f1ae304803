import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { NamedLocks } from '../../engine/lock.ts';
import { ifMissing } from '../../errors.ts';
import { sha256 } from '../../store/digest.ts';
import type { ClientSession } from '../session/client-session.ts';
import {
  beginChange,
  cloneTree,
  type KeptTree,
  openTree,
  saveTree,
  treeSize,
} from './kept-tree.ts';
import { receiveTree, type TreeFilter } from './receive-tree.ts';
import { TreeWriter } from './tree-writer.ts';

/** Trees that are kept. Others that no build uses are removed, the least recently used first. */
const KEPT_TREES = 40;

/** A client's directory, unchanged until disposed of. */
export interface HeldTree extends AsyncDisposable {
  readonly path: string;
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
  /** The path of the newest tree by the key of its directory. */
  readonly #newest = new Map<string, string>();
  /** Keys of directories that are being brought up to date. */
  readonly #busy = new Set<string>();

  constructor(directory: string) {
    this.#directory = directory;
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
    return this.#locks.run(key, async () => {
      this.#busy.add(key);
      try {
        const update = (writer: TreeWriter) =>
          receiveTree(session, name, filter, writer, report, signal);
        const tree = await this.#update(key, update);
        return this.#hold(tree, key);
      } finally {
        this.#busy.delete(key);
        await this.#removeOld();
      }
    });
  }

  /** Removes the trees that no build uses, and returns them. */
  prune(): Promise<KeptUsage[]> {
    return this.#removeOld(0);
  }

  async #update(key: string, update: (writer: TreeWriter) => Promise<void>): Promise<KeptTree> {
    const directory = join(this.#directory, key);
    const before = await openTree(directory, (path) => this.#users.has(path));
    let tree = before;
    let changed = false;
    const writer = new TreeWriter(before.fingerprints, async () => {
      changed = true;
      await beginChange(directory);
      if (this.#users.has(before.path)) tree = await cloneTree(directory, before);
      return tree;
    });
    await update(writer);
    if (changed || before.fingerprints.size === 0) {
      tree = { path: tree.path, fingerprints: writer.fingerprints };
      await saveTree(directory, tree);
    }
    this.#newest.set(key, tree.path);
    await utimes(directory, new Date(), new Date());
    return tree;
  }

  #hold({ path }: KeptTree, key: string): HeldTree {
    this.#users.set(path, (this.#users.get(path) ?? 0) + 1);
    return {
      path,
      [Symbol.asyncDispose]: async () => {
        const users = (this.#users.get(path) ?? 1) - 1;
        if (users > 0) {
          this.#users.set(path, users);
          return;
        }
        this.#users.delete(path);
        // A newer tree has replaced this one.
        if (this.#newest.get(key) !== path) await rm(path, { recursive: true, force: true });
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
    const users = [...this.#users.keys()];
    return {
      key,
      size: await treeSize(directory),
      created: found?.birthtime ?? new Date(0),
      lastUsed: found?.mtime ?? new Date(0),
      inUse: this.#busy.has(key) || users.some((path) => path.startsWith(`${directory}/`)),
    };
  }

  async #removeOld(limit = KEPT_TREES): Promise<KeptUsage[]> {
    const keys = await readdir(this.#directory).catch(ifMissing([]));
    if (keys.length <= limit) return [];
    const old = (await this.usage()).slice(0, keys.length - limit).filter(({ inUse }) => !inUse);
    for (const { key } of old) {
      // A build may have begun to use the tree meanwhile.
      if ((await this.#usageOf(key)).inUse) continue;
      this.#newest.delete(key);
      await rm(join(this.#directory, key), { recursive: true, force: true });
    }
    return old;
  }
}

import type { KeptTree } from './kept-tree.ts';

/** The files of all trees together. A file takes a few hundred bytes of memory. */
const MOST_FILES = 60_000;

/** The trees that this process has written or read, so that their indexes needn't be read again. */
export class KnownTrees {
  /** By key. The least recently used is first. */
  readonly #trees = new Map<string, KeptTree>();
  readonly #most: number;
  #files = 0;

  constructor(most = MOST_FILES) {
    this.#most = most;
  }

  /** Returns a tree that the disk has with its index, and forgets it: it may change. */
  take(key: string): (KeptTree & { readonly isSaved: true }) | undefined {
    const tree = this.#trees.get(key);
    if (tree === undefined) return undefined;
    this.#trees.delete(key);
    this.#files -= tree.fingerprints.size;
    return { ...tree, isSaved: true };
  }

  /** Keeps a tree that has been saved, and forgets the least recently used beyond the limit. */
  keep(key: string, tree: KeptTree): void {
    this.take(key);
    this.#trees.set(key, tree);
    this.#files += tree.fingerprints.size;
    for (const oldest of this.#trees.keys()) {
      if (this.#files <= this.#most) break;
      this.take(oldest);
    }
  }
}

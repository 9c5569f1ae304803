import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { InShare } from '../../../guest-agent/contract/changes.ts';
import type { FolderProblem } from '../../api/machine.ts';
import type { TimedChange } from './batch-changes.ts';
import { unwatchedProblem } from './folder-problems.ts';
import type { PlannedShare } from './plan.ts';
import { type TreeChange, type TreeWatch, watchTree } from './watch-tree.ts';

/** What containers have mounted of the shares, watched for as long as they have. */
export class WatchedFolders {
  readonly #shares: readonly PlannedShare[];
  readonly #send: (change: TimedChange) => void;
  readonly #watches = new Map<string, { readonly root: string; readonly tree: TreeWatch }>();
  #wanted: readonly InShare[] = [];
  /** Those that were there once, and had gone. */
  readonly #lost = new Set<string>();

  constructor(shares: readonly PlannedShare[], send: (change: TimedChange) => void) {
    this.#shares = shares;
    this.#send = send;
  }

  /** From the next `refresh` on, these and no others. */
  want(folders: readonly InShare[]): void {
    this.#wanted = folders;
  }

  /** Begins and ends watching until all that is wanted, and there, is watched. */
  async refresh(): Promise<void> {
    const wanted = new Map(this.#wanted.map((folder) => [keyOf(folder), folder]));
    for (const [key, { tree }] of this.#watches) {
      if (wanted.has(key) && !tree.isOver) continue;
      if (tree.isOver) this.#lost.add(key);
      tree.close();
      this.#watches.delete(key);
    }
    for (const [key, folder] of wanted) await this.#watch(key, folder);
  }

  async #watch(key: string, { tag, path }: InShare): Promise<void> {
    const share = this.#shares.find((each) => each.tag === tag);
    if (!share || this.#watches.has(key)) return;
    const root = await insideShare(share.path, path);
    if (root === undefined || this.#watches.has(key)) return;
    const told = (change: TreeChange) =>
      this.#send({ ...change, tag, path: [path, change.path].filter(Boolean).join('/') });
    this.#watches.set(key, { root, tree: watchTree(root, told) });
    if (this.#lost.delete(key)) {
      told({ path: '', kind: 'changed', isFolder: true, at: Date.now() });
    }
  }

  problems(): FolderProblem[] {
    return [...this.#watches.values()].flatMap(({ root, tree }) =>
      tree.gap ? [unwatchedProblem(root, tree.gap)] : [],
    );
  }

  close(): void {
    for (const { tree } of this.#watches.values()) tree.close();
    this.#watches.clear();
    this.#wanted = [];
  }
}

const keyOf = ({ tag, path }: InShare) => `${tag}/${path}`;

/** The guest may name what it likes; what is not in the share, or behind a link, is not looked at. */
async function insideShare(share: string, path: string): Promise<string | undefined> {
  const root = await realpath(share).catch(() => share);
  const asked = join(root, path);
  const found = await realpath(asked).catch(() => undefined);
  return found === asked && (path === '' || asked.startsWith(join(root, '/'))) ? asked : undefined;
}

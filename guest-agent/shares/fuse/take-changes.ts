import { fileTypes, readAttributes } from '../../contract/fuse/attributes.ts';
import type { Change } from '../../contract/fuse/messages.ts';
import { invalidateName, invalidateNode } from './kernel-messages.ts';
import type { Node, NodePlace, NodeTable } from './node-table.ts';
import type { Repeat } from './repeats.ts';

/** What to do in the guest about changes of the host. */
export interface ChangesTaken {
  /** Notifications for the kernel. */
  readonly notifications: Buffer[];
  readonly repeats: Repeat[];
}

/**
 * Brings the table of nodes to what the host is now. Folders that the kernel doesn't know have no programs that
 * watch them, and need nothing.
 */
export class TakeChanges {
  readonly #nodes: NodeTable;
  readonly #nextOrder: () => number;
  /** Whether the kernel can mark names as old. */
  expires = false;

  constructor(nodes: NodeTable, nextOrder: () => number) {
    this.#nodes = nodes;
    this.#nextOrder = nextOrder;
  }

  take(changes: readonly Change[]): ChangesTaken {
    const taken: ChangesTaken = { notifications: [], repeats: [] };
    for (const change of changes) {
      if (change.kind === 'unknown') this.#distrust(this.#nodes.find(change.path), taken);
      else this.#takeOne(change, taken);
    }
    return taken;
  }

  #takeOne(change: Repeat['change'], taken: ChangesTaken): void {
    const at = this.#place(change.path);
    const to = change.kind === 'renamed' ? this.#place(change.to) : undefined;
    if (change.kind === 'renamed') {
      if (!at || !to) {
        // One of the folders is unknown: for those who watch the other, the file comes or goes.
        const { attributes } = change;
        if (at)
          this.#takeOne(
            { kind: 'removed', path: change.path, isFolder: isFolder(attributes) },
            taken,
          );
        if (to) this.#takeOne({ kind: 'created', path: change.to, attributes }, taken);
        return;
      }
      this.#expire(at, taken);
      this.#expire(to, taken);
      this.#nodes.move(at, to);
      to.folder.children.get(to.name)?.age();
    }
    if (!at) return;
    const order = this.#nextOrder();
    const node = this.#nodeOf(change, to ?? at, order);
    switch (change.kind) {
      case 'created':
        if (at.folder.missing.delete(at.name) || at.folder.names) this.#expire(at, taken);
        at.folder.addName(at.name);
        this.#ageFolder(at.folder, taken);
        break;
      case 'removed':
        this.#expire(at, taken);
        // The kernel's node stays for those who have opened the file.
        this.#nodes.remove(at.folder, at.name);
        this.#ageFolder(at.folder, taken);
        break;
      case 'renamed':
        this.#ageFolder(at.folder, taken);
        if (to && to.folder !== at.folder) this.#ageFolder(to.folder, taken);
        break;
      default:
        node?.age();
        // Another time may mean another content.
        if (node) taken.notifications.push(invalidateNode(node.id, true));
    }
    taken.repeats.push({ order, change, at, to, node });
  }

  #nodeOf(change: Repeat['change'], { folder, name }: NodePlace, order: number): Node | undefined {
    if (change.kind !== 'created') return folder.children.get(name);
    // Later changes may move it before the kernel hears of it.
    const attributes = Buffer.from(change.attributes, 'base64');
    const node = this.#nodes.enter(folder, name, attributes);
    if (!node.attributes) {
      node.describe(attributes, 0, 0);
      node.madeBy = order;
    }
    return node;
  }

  /** The name of a path in a folder that the kernel knows. */
  #place(path: string): NodePlace | undefined {
    const slash = path.lastIndexOf('/');
    const folder = this.#nodes.find(path.slice(0, Math.max(slash, 0)));
    return folder && { folder, name: path.slice(slash + 1) };
  }

  #expire({ folder, name }: NodePlace, taken: ChangesTaken): void {
    taken.notifications.push(invalidateName(folder.id, name, this.expires));
  }

  /** The kernel also keeps the listing of a folder. */
  #ageFolder(folder: Node, taken: ChangesTaken): void {
    folder.age();
    taken.notifications.push(invalidateNode(folder.id, true));
  }

  /** Nothing known of a folder and all below is sure any more. */
  #distrust(node: Node | undefined, taken: ChangesTaken): void {
    if (!node) return;
    node.age();
    node.names = undefined;
    node.isListingSound = false;
    taken.notifications.push(invalidateNode(node.id, true));
    for (const name of node.missing) this.#expire({ folder: node, name }, taken);
    node.missing.clear();
    for (const [name, child] of node.children) {
      this.#expire({ folder: node, name }, taken);
      this.#distrust(child, taken);
    }
  }
}

const isFolder = (attributes: string) =>
  (readAttributes(Buffer.from(attributes, 'base64')).mode & fileTypes.mask) === fileTypes.folder;

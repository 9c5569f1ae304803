import { ATTRIBUTES_BYTES, fileTypes, readAttributes } from '../../contract/fuse/attributes.ts';

/** A name of a node. */
export interface NodePlace {
  readonly folder: Node;
  readonly name: string;
}

/** A file or folder that the kernel knows, by a number of this table. */
export class Node {
  readonly id: number;
  /** None: the file was removed, and programs may still use it. Several: it has links. */
  places: NodePlace[] = [];
  readonly children = new Map<string, Node>();
  /** How many references the kernel has. */
  lookups = 0;
  ino = 0n;
  mode = 0;
  /** `struct fuse_attr`, and until when it is true. */
  attributes: Buffer | undefined;
  trueUntil = 0;
  /** Changes that the server hasn't confirmed: the attributes may be old. */
  underWay = 0;
  /** All names in a folder of which the host's changes are reported. */
  names: Set<string> | undefined;
  /** The names that the kernel has read so far, in the server's order. */
  listing: string[] = [];
  /** No name has come or gone since the first of `listing` was read. */
  isListingSound = false;
  /** Names of which the kernel knows that they don't exist. */
  readonly missing = new Set<string>();
  /** The change of the host that made it. 0 if programs in the guest saw it first. */
  madeBy = 0;
  /** Stands for a file of the host that is gone already, while its removal is repeated. */
  isInvented = false;

  constructor(id: number) {
    this.id = id;
  }

  get isFolder(): boolean {
    return (this.mode & fileTypes.mask) === fileTypes.folder;
  }

  /** Relative to the share. Undefined for a file without a name. */
  get path(): string | undefined {
    if (this.id === ROOT) return '';
    const [place] = this.places;
    const above = place?.folder.path;
    if (!place || above === undefined) return undefined;
    return above === '' ? place.name : `${above}/${place.name}`;
  }

  /** Notes what the server says about the node, valid for `milliseconds`. */
  describe(source: Buffer, offset: number, milliseconds: number): void {
    this.attributes ??= Buffer.alloc(ATTRIBUTES_BYTES);
    source.copy(this.attributes, 0, offset, offset + ATTRIBUTES_BYTES);
    this.trueUntil = performance.now() + milliseconds;
    const { ino, mode } = readAttributes(this.attributes);
    this.ino = ino;
    this.mode = mode;
  }

  /** Whether the attributes are true without asking. */
  get isFresh(): boolean {
    return this.underWay === 0 && this.trueUntil > performance.now();
  }

  /** The host has changed something. */
  age(): void {
    this.trueUntil = 0;
  }

  addName(name: string): void {
    this.names?.add(name);
    this.isListingSound = false;
    this.missing.delete(name);
  }

  removeName(name: string): void {
    this.names?.delete(name);
    this.isListingSound = false;
  }
}

/** FUSE's number of the root. */
export const ROOT = 1;

/** All nodes of one mount. */
export class NodeTable {
  readonly root = new Node(ROOT);
  readonly #nodes = new Map<number, Node>([[ROOT, this.root]]);
  /** Files and links by inode, because one may get another name. */
  readonly #byInode = new Map<bigint, Node>();
  readonly #onForgotten: (node: Node) => void;
  #last = ROOT;

  /** `onForgotten` gets nodes without names once the kernel has no references any more. */
  constructor(onForgotten: (node: Node) => void) {
    this.#onForgotten = onForgotten;
    this.root.mode = fileTypes.folder;
  }

  get(id: number): Node | undefined {
    return this.#nodes.get(id);
  }

  all(): IterableIterator<Node> {
    return this.#nodes.values();
  }

  find(path: string): Node | undefined {
    let node: Node | undefined = this.root;
    if (path === '') return node;
    for (const part of path.split('/')) node = node?.children.get(part);
    return node;
  }

  /** A node without a name. */
  invent(): Node {
    const node = this.#make();
    node.isInvented = true;
    return node;
  }

  /** The node for a name, of which the server says what it is. Takes the place of another file. */
  enter(folder: Node, name: string, attributes: Buffer): Node {
    const { ino, mode, nlink } = readAttributes(attributes);
    const known = folder.children.get(name);
    if (known && (known.ino === ino || known.ino === 0n) && sameType(known.mode, mode))
      return known;
    if (known) this.#take(folder, name, known);
    const linked = nlink > 1 ? this.#byInode.get(ino) : undefined;
    const node = linked && sameType(linked.mode, mode) ? linked : this.#make();
    this.#put(folder, name, node);
    if ((mode & fileTypes.mask) !== fileTypes.folder) this.#byInode.set(ino, node);
    return node;
  }

  /** A file has got another name (link(2)). */
  link(folder: Node, name: string, node: Node): void {
    const known = folder.children.get(name);
    if (known === node) return;
    if (known) this.#take(folder, name, known);
    this.#put(folder, name, node);
    this.#byInode.set(node.ino, node);
  }

  /** A name is gone. */
  remove(folder: Node, name: string): void {
    const node = folder.children.get(name);
    if (node) this.#take(folder, name, node);
    folder.removeName(name);
  }

  /** A file is at another name now. What had the name has it no more. */
  move(from: NodePlace, to: NodePlace): void {
    const node = from.folder.children.get(from.name);
    const replaced = to.folder.children.get(to.name);
    if (replaced && replaced !== node) this.#take(to.folder, to.name, replaced);
    from.folder.removeName(from.name);
    to.folder.addName(to.name);
    if (!node || replaced === node) return;
    this.#leave(from.folder, from.name, node);
    this.#put(to.folder, to.name, node);
  }

  /** The kernel gets one more reference, also to a node that the table has dropped. */
  keep(node: Node): void {
    node.lookups += 1;
    if (this.#nodes.has(node.id)) return;
    this.#nodes.set(node.id, node);
    // If the kernel had forgotten the node, the file still has its names.
    const names = node.places.filter(({ folder, name }) => !folder.children.has(name));
    node.places = [];
    for (const { folder, name } of names) this.#put(folder, name, node);
    node.isInvented = names.length === 0;
  }

  /** The kernel has dropped references. */
  forget(id: number, count: number): void {
    const node = this.#nodes.get(id);
    if (!node || node === this.root) return;
    node.lookups -= count;
    this.#release(node);
  }

  #make(): Node {
    this.#last += 1;
    const node = new Node(this.#last);
    this.#nodes.set(node.id, node);
    return node;
  }

  #put(folder: Node, name: string, node: Node): void {
    node.places.push({ folder, name });
    folder.children.set(name, node);
  }

  #leave(folder: Node, name: string, node: Node): void {
    folder.children.delete(name);
    node.places = node.places.filter((place) => place.folder !== folder || place.name !== name);
  }

  #take(folder: Node, name: string, node: Node): void {
    this.#leave(folder, name, node);
    this.#release(node);
  }

  #release(node: Node): void {
    if (node.lookups > 0 || node.children.size > 0 || node === this.root) return;
    if (!this.#nodes.delete(node.id)) return;
    if (this.#byInode.get(node.ino) === node) this.#byInode.delete(node.ino);
    if (node.places.length === 0 && !node.isInvented) this.#onForgotten(node);
    for (const { folder, name } of node.places) {
      folder.children.delete(name);
      this.#release(folder);
    }
  }
}

const sameType = (a: number, b: number) => (a & fileTypes.mask) === (b & fileTypes.mask);

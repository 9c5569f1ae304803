import { digestOf } from './act.ts';
import type { Operation, Outcome, ViewEntry } from './operation.ts';

interface FileNode {
  readonly type: 'file';
  text: Buffer;
  mode: number;
  links: number;
  changed?: bigint | undefined;
}
interface LinkNode {
  readonly type: 'link';
  readonly target: string;
  links: number;
}
interface DirectoryNode {
  readonly type: 'directory';
  mode: number;
  readonly entries: Map<string, Node>;
}
type Node = FileNode | LinkNode | DirectoryNode;

class Refusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const parts = (path: string) => path.split('/');

/** What a folder contains after operations, by the rules of Linux. Names of links are never in the middle of a path. */
export class Model {
  readonly #root: DirectoryNode = { type: 'directory', mode: 0o755, entries: new Map() };
  readonly #handles = new Map<number, FileNode>();

  /** Returns what a file system must answer. */
  perform(operation: Operation): Outcome {
    try {
      return this.#perform(operation) ?? 'ok';
    } catch (error) {
      if (error instanceof Refusal) return error.code;
      throw error;
    }
  }

  #perform(operation: Operation): string | undefined {
    switch (operation.kind) {
      case 'write':
      case 'append': {
        const [parent, name] = this.#parentOf(operation.path);
        const file = parent.entries.get(name) ?? emptyFile();
        if (file.type !== 'file') throw new Refusal('EISDIR');
        if (!parent.entries.has(name)) parent.entries.set(name, file);
        if (operation.kind === 'append') return patch(file, file.text.length, operation.text);
        return setText(file, Buffer.from(operation.text));
      }
      case 'patch':
        return patch(this.#fileAt(operation.path), operation.offset, operation.text);
      case 'truncate': {
        const file = this.#fileAt(operation.path);
        const text = Buffer.alloc(operation.size);
        file.text.copy(text);
        return setText(file, text);
      }
      case 'unlink': {
        const [parent, name, node] = this.#existing(operation.path);
        if (node.type === 'directory') throw new Refusal('EISDIR');
        return drop(parent, name, node);
      }
      case 'mkdir': {
        const [parent, name] = this.#free(operation.path);
        parent.entries.set(name, { type: 'directory', mode: 0o755, entries: new Map() });
        return;
      }
      case 'rmdir': {
        const [parent, name, node] = this.#existing(operation.path);
        if (node.type !== 'directory') throw new Refusal('ENOTDIR');
        if (node.entries.size > 0) throw new Refusal('ENOTEMPTY');
        parent.entries.delete(name);
        return;
      }
      case 'rename':
        return this.#rename(operation.path, operation.to);
      case 'link': {
        const [, , node] = this.#existing(operation.path);
        const [parent, name] = this.#free(operation.to);
        if (node.type === 'directory') throw new Refusal('EPERM');
        node.links++;
        parent.entries.set(name, node);
        return;
      }
      case 'symlink': {
        const [parent, name] = this.#free(operation.path);
        parent.entries.set(name, { type: 'link', target: operation.target, links: 1 });
        return;
      }
      case 'chmod': {
        const [, , node] = this.#existing(operation.path);
        if (node.type !== 'link') node.mode = operation.mode;
        return;
      }
      case 'times':
        this.#fileAt(operation.path).changed = BigInt(operation.nanoseconds);
        return;
      case 'open':
        this.#handles.set(operation.handle, this.#fileAt(operation.path));
        return;
      case 'patch-open': {
        const file = this.#handles.get(operation.handle);
        if (!file) throw new Refusal('EBADF');
        return patch(file, operation.offset, operation.text);
      }
      case 'close':
        if (!this.#handles.delete(operation.handle)) throw new Refusal('EBADF');
        return;
      case 'read':
        return digestOf(this.#fileAt(operation.path).text);
      case 'list': {
        const [, , node] = this.#existing(operation.path);
        if (node.type !== 'directory') throw new Refusal('ENOTDIR');
        return [...node.entries.keys()].toSorted().join('/');
      }
    }
  }

  #rename(from: string, to: string): undefined {
    const [parent, name, node] = this.#existing(from);
    const [target, newName] = this.#parentOf(to);
    if (node.type === 'directory' && `${to}/`.startsWith(`${from}/`)) {
      if (to === from) return;
      throw new Refusal('EINVAL');
    }
    const replaced = target.entries.get(newName);
    if (`${from}/`.startsWith(`${to}/`) && replaced?.type === 'directory' && from !== to) {
      throw new Refusal('ENOTEMPTY');
    }
    if (replaced === node) return;
    if (replaced) {
      if (node.type === 'directory' && replaced.type !== 'directory') throw new Refusal('ENOTDIR');
      if (node.type !== 'directory' && replaced.type === 'directory') throw new Refusal('EISDIR');
      if (replaced.type === 'directory' && replaced.entries.size > 0)
        throw new Refusal('ENOTEMPTY');
      if (replaced.type !== 'directory') replaced.links--;
    }
    parent.entries.delete(name);
    target.entries.set(newName, node);
  }

  /** The directory of a path, and the last name. */
  #parentOf(path: string): [DirectoryNode, string] {
    const names = parts(path);
    const name = names.pop() ?? '';
    let directory = this.#root;
    for (const each of names) {
      const next = directory.entries.get(each);
      if (!next) throw new Refusal('ENOENT');
      if (next.type !== 'directory') throw new Refusal('ENOTDIR');
      directory = next;
    }
    return [directory, name];
  }

  #existing(path: string): [DirectoryNode, string, Node] {
    const [parent, name] = this.#parentOf(path);
    const node = parent.entries.get(name);
    if (!node) throw new Refusal('ENOENT');
    return [parent, name, node];
  }

  #free(path: string): [DirectoryNode, string] {
    const [parent, name] = this.#parentOf(path);
    if (parent.entries.has(name)) throw new Refusal('EEXIST');
    return [parent, name];
  }

  #fileAt(path: string): FileNode {
    const [, , node] = this.#existing(path);
    if (node.type !== 'file') throw new Refusal('EISDIR');
    return node;
  }

  /** Paths of one type, below `roots`. */
  paths(type: Node['type'], roots: readonly string[]): string[] {
    return [...walk(this.#root, '')]
      .filter(([path, node]) => node.type === type && roots.includes(parts(path)[0] ?? ''))
      .map(([path]) => path);
  }

  view(): ViewEntry[] {
    return [...walk(this.#root, '')].map(([path, node]) => viewOf(path, node));
  }
}

function* walk(directory: DirectoryNode, prefix: string): Generator<[string, Node]> {
  const sorted = [...directory.entries].toSorted(([left], [right]) => (left < right ? -1 : 1));
  for (const [name, node] of sorted) {
    yield [`${prefix}${name}`, node];
    if (node.type === 'directory') yield* walk(node, `${prefix}${name}/`);
  }
}

function viewOf(path: string, node: Node): ViewEntry {
  if (node.type === 'link') {
    const { type, links, target } = node;
    return { path, type, mode: '', links, content: target, size: Buffer.byteLength(target) };
  }
  const mode = node.mode.toString(8);
  if (node.type === 'directory') {
    return { path, type: node.type, mode, links: 0, content: '', size: 0 };
  }
  const { type, links, text, changed } = node;
  const known = changed === undefined ? {} : { changed: `${changed}` };
  return { path, type, mode, links, content: digestOf(text), size: text.length, ...known };
}

function drop(parent: DirectoryNode, name: string, node: FileNode | LinkNode): undefined {
  node.links--;
  parent.entries.delete(name);
}

const emptyFile = (): FileNode => ({
  ...{ type: 'file', text: Buffer.alloc(0), mode: 0o644, links: 1 },
});

function setText(file: FileNode, text: Buffer): undefined {
  file.text = text;
  // The time is now that of the write.
  file.changed = undefined;
}

function patch(file: FileNode, offset: number, text: string): undefined {
  const bytes = Buffer.from(text);
  // Writing nothing changes nothing, also after the end.
  if (bytes.length === 0) return;
  const whole = Buffer.alloc(Math.max(file.text.length, offset + bytes.length));
  file.text.copy(whole);
  bytes.copy(whole, offset);
  setText(file, whole);
}

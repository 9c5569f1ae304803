import type { TarMember } from '../tar/member.ts';
import { type DirectoryNode, type ErofsNode, erofsImage } from './erofs-image.ts';
import { isWhiteout, partsOf } from './layer-tree.ts';

/** Larger layers take mkfs.erofs, which doesn't block the engine and needs less memory. */
export const MAX_MEMBERS = 30_000;
/** Limits of the format, or of the kernel. */
const MAX = { name: 255, target: 4095, id: 0xffff_ffff, size: 2 ** 40, device: 0xfff };

/**
 * The EROFS index of a layer whose members need no rules: no whiteouts, no hard links, no extended
 * attributes, and no name twice. Most layers of builds are of this kind, and starting a program
 * would take longer than the rest of the step. mkfs.erofs indexes other layers.
 */
export class PlainIndex {
  readonly #root = directory();
  #members = 0;
  #isPlain = true;

  /** Adds the next member. The layer has its content at the offset `content`. */
  add(member: TarMember, written: string, content: number): void {
    if (this.#isPlain)
      this.#isPlain = ++this.#members <= MAX_MEMBERS && this.#add(member, written, content);
  }

  /** The index of a layer of this size. Undefined if it isn't of this kind. */
  image(layerBytes: number): Buffer | undefined {
    return this.#isPlain && layerBytes <= MAX.size ? erofsImage(this.#root, layerBytes) : undefined;
  }

  /** Returns false if the member isn't plain. */
  #add(member: TarMember, written: string, content: number): boolean {
    const path = partsOf(written);
    if (!isPlain(member) || path.some(isOdd)) return false;
    const { mode, uid, gid, mtime } = member;
    const owned = { mode, uid, gid, mtime };
    const parent = this.#parent(path.slice(0, -1));
    const name = path.at(-1);
    if (parent === undefined) return false;
    if (member.type === 'directory') {
      const known = name === undefined ? this.#root : parent.children.get(name);
      if (known !== undefined && (known.type !== 'directory' || !known.isImplied)) return false;
      const found = known ?? directory();
      Object.assign(found, { ...owned, isImplied: false });
      if (name !== undefined) parent.children.set(name, found);
      return true;
    }
    if (name === undefined || parent.children.has(name)) return false;
    parent.children.set(name, fileNode(member, owned, content));
    return true;
  }

  #parent(path: readonly string[]): DirectoryNode | undefined {
    let place = this.#root;
    for (const name of path) {
      const known = place.children.get(name);
      const next = known ?? directory();
      if (next.type !== 'directory') return undefined;
      if (known === undefined) {
        place.children.set(name, next);
        this.#members += 1;
      }
      place = next;
    }
    return place;
  }
}

/** A directory without a member, as Docker makes it. */
function directory(): DirectoryNode {
  const children = new Map<string, ErofsNode>();
  return { type: 'directory', mode: 0o755, uid: 0, gid: 0, mtime: 0, children, isImplied: true };
}

function fileNode(
  { type, size, target, device }: TarMember,
  owned: Pick<TarMember, 'mode' | 'uid' | 'gid' | 'mtime'>,
  content: number,
): ErofsNode {
  if (type === 'file') return { ...owned, type, size, content };
  if (type === 'symlink') return { ...owned, type, target };
  return { ...owned, type: type === 'char' || type === 'block' ? type : 'fifo', device };
}

function isPlain({ type, uid, gid, mtime, size, target, device, xattrs }: TarMember): boolean {
  return (
    type !== 'link' &&
    Object.keys(xattrs).length === 0 &&
    [uid, gid].every((id) => Number.isInteger(id) && id >= 0 && id <= MAX.id) &&
    Number.isSafeInteger(mtime) &&
    (type !== 'file' || size <= MAX.size) &&
    (type !== 'symlink' || (target.length > 0 && target.length <= MAX.target)) &&
    !target.includes('\0') &&
    device.every((number) => number >= 0 && number <= MAX.device)
  );
}

function isOdd(name: string): boolean {
  return isWhiteout(name) || name.length > MAX.name || name.includes('\0');
}

import { invalidTar, shown } from '../tar/header.ts';
import { LIMITS } from '../tar/limits.ts';
import type { TarMember } from '../tar/member.ts';

const WHITEOUT = '.wh.';
/** Marks a directory that hides its lower directories. */
const OPAQUE = '.wh..wh..opq';

interface Directory {
  readonly children: Map<string, Directory>;
  explicit: boolean;
}

/**
 * The directories of a layer, for checks of its members. Rejects members that Docker rejects, and
 * members that Docker and the index program would read differently.
 */
export class LayerTree {
  readonly #root: Directory = { children: new Map(), explicit: false };
  #directories = 1;

  /** Adds the next member. `written` is its name in the archive. Throws EngineError 'invalid'. */
  add(member: TarMember, written: string): void {
    const path = partsOf(written);
    const base = path.at(-1);
    if (member.type !== 'directory') checkFile(written, base);
    if (member.type === 'link') checkLink(member, path);
    if (base === undefined) {
      this.#root.explicit = true;
      return;
    }
    const above = path.slice(0, -1);
    // A directory that is a whiteout would hide itself.
    const misplaced = above.find(isWhiteout);
    if (misplaced !== undefined) throw invalidTar(`invalid whiteout name: ${misplaced}`);
    const parent = this.#directory(above);
    if (isWhiteout(base)) {
      checkWhiteout(base, member);
      const hidden = base.slice(WHITEOUT.length);
      if (base !== OPAQUE) this.#refuseDirectory(parent, hidden, written);
    } else if (member.type === 'directory') {
      this.#directory([base], parent).explicit = true;
    } else this.#refuseDirectory(parent, base, written);
  }

  /** The names of directories without a member, parents first. The root is `.`. */
  *implied(): Generator<string> {
    if (!this.#root.explicit) yield '.';
    // An explicit stack, since a path may be deeper than the call stack allows.
    const waiting: [string, Directory][] = [['', this.#root]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [prefix, { children }] = next;
      const sorted = [...children].sort(([a], [b]) => (a < b ? 1 : -1));
      for (const [name, child] of sorted) waiting.push([`${prefix}${name}/`, child]);
      if (prefix !== '' && !next[1].explicit) yield prefix.slice(0, -1);
    }
  }

  #directory(path: readonly string[], from = this.#root): Directory {
    let place = from;
    for (const name of path) {
      let child = place.children.get(name);
      if (child === undefined) {
        if (++this.#directories > LIMITS.directories)
          throw invalidTar('it has too many directories');
        child = { children: new Map(), explicit: false };
        place.children.set(name, child);
      }
      place = child;
    }
    return place;
  }

  #refuseDirectory(parent: Directory, name: string, written: string): void {
    if (parent.children.has(name))
      throw invalidTar(`${shown(written)} takes the place of a directory`);
  }
}

/** Whether a member hides a file of a lower layer. */
export function isWhiteout(base: string): boolean {
  return base.startsWith(WHITEOUT);
}

/** The parts of a name. Empty for the root. */
export function partsOf(name: string): string[] {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) throw invalidTar(`the name ${shown(name)} leads out of a directory`);
  return parts;
}

function checkFile(written: string, base: string | undefined): void {
  if (base === undefined) throw invalidTar('its root is not a directory');
  if (/(?:\/|(?:^|\/)\.)$/.test(written)) throw invalidTar(`${shown(written)} is not a directory`);
}

function checkLink({ target }: TarMember, path: readonly string[]): void {
  const to = partsOf(target);
  const base = path.at(-1) ?? '';
  // Old layers have whiteouts that are links to each other. Their targets don't matter.
  if (isWhiteout(base)) return;
  if (to.length === 0 || to.join('/') === path.join('/') || isWhiteout(to.at(-1) ?? '')) {
    throw invalidTar(`${shown(path.join('/'))} is a link to ${shown(target)}, which is not a file`);
  }
}

function checkWhiteout(base: string, { size }: TarMember): void {
  if (['', '.', '..'].includes(base.slice(WHITEOUT.length))) {
    throw invalidTar(`invalid whiteout name: ${base}`);
  }
  if (size > 0) throw invalidTar(`the whiteout ${base} has content`);
}

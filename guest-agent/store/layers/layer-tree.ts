import { invalidTar, shown } from '../tar/header.ts';
import { LIMITS } from '../tar/limits.ts';
import type { TarMember } from '../tar/member.ts';

const WHITEOUT = '.wh.';
/** Marks a directory that hides everything below it. */
const OPAQUE = '.wh..wh..opq';

interface Directory {
  readonly children: Map<string, Directory>;
  explicit: boolean;
}

/**
 * The directories of a layer, by which its members are judged: what Docker refuses, and what
 * would be read as one thing by Docker and as another by the program that makes the layer's index.
 */
export class LayerTree {
  readonly #root: Directory = { children: new Map(), explicit: false };
  #directories = 1;

  /** Takes the next member. `written` is its name as the archive has it. Throws EngineError 'invalid'. */
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
    // A whiteout as a directory would hide itself.
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

  /** Names of the directories that have no member of their own, parents first; the root is `.`. */
  *implied(): Generator<string> {
    if (!this.#root.explicit) yield '.';
    // A stack of our own: a path may be deeper than calls may be.
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

/** Whether a member hides what a lower layer has. */
export function isWhiteout(base: string): boolean {
  return base.startsWith(WHITEOUT);
}

/** The parts of a name; none are the root. */
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
  // Old layers have whiteouts that are links to each other; what they are linked to is of no use.
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

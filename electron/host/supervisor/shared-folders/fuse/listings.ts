import { readdirSync } from 'node:fs';
import type { Boundary } from './boundary.ts';

/** Listings that the guest reads at the same time. */
const MOST = 16;

/**
 * The names in folders, sorted, so that a guest can continue after the last name it has. The lists that were begun
 * last are kept, because a large folder takes many requests.
 */
export class Listings {
  readonly #boundary: Boundary;
  readonly #begun = new Map<string, readonly string[]>();

  constructor(boundary: Boundary) {
    this.#boundary = boundary;
  }

  /** The names after `last`, which may be gone by now. All names if `last` is ''. */
  after(folder: string, last: string): readonly string[] {
    const begun = last === '' ? undefined : this.#begun.get(folder);
    const names = begun ?? this.#read(folder);
    return last === '' ? names : names.slice(startAfter(names, last));
  }

  #read(folder: string): readonly string[] {
    const found = readdirSync(this.#boundary.folder(folder));
    const shown = found.filter((name) => this.#boundary.shows(below(folder, name)));
    const names = ['.', '..', ...shown.sort()];
    this.#begun.delete(folder);
    this.#begun.set(folder, names);
    const [oldest = folder] = this.#begun.keys();
    if (this.#begun.size > MOST) this.#begun.delete(oldest);
    return names;
  }
}

export const below = (folder: string, name: string): string =>
  folder === '' ? name : `${folder}/${name}`;

function startAfter(names: readonly string[], last: string): number {
  const at = names.indexOf(last);
  if (at >= 0) return at + 1;
  const next = names.findIndex((name, index) => index >= 2 && name > last);
  return next < 0 ? names.length : next;
}

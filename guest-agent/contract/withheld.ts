/*
 * Paths that Berth never serves with the shared folder around them, because they hold keys or passwords. They
 * are relative to the shared folder, with slashes.
 */

/** Most paths have only such characters, for which lower case is all that matters. */
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * The form in which paths are compared. File systems of macOS treat `.SSH`, `.ſſh` and `.s\u200csh` as `.ssh`
 * too. On a system that doesn't, this only withholds a little more.
 */
const folded = (path: string) =>
  PLAIN.test(path)
    ? path.toLowerCase()
    : path
        .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
        .normalize('NFKC')
        .toLowerCase();

/** `a/b` for `a` and `a/b`, not for `ab`. */
const isAtOrBelow = (folder: string, path: string) =>
  path.startsWith(folder) && (path.length === folder.length || path[folder.length] === '/');

/** What is withheld from a shared folder, for a server that asks about every request. */
export class Withheld {
  readonly #forms: readonly string[];

  constructor(withheld: readonly string[]) {
    this.#forms = withheld.map(folded);
  }

  /** Whether a path in the shared folder is withheld, or in something withheld. */
  includes(path: string): boolean {
    if (this.#forms.length === 0) return false;
    const form = folded(path);
    return this.#forms.some((each) => isAtOrBelow(each, form));
  }

  /** Whether a path in the shared folder (`''` for the folder itself) contains something withheld. */
  isIn(path: string): boolean {
    const form = folded(path);
    return this.#forms.some((each) => form === '' || isAtOrBelow(form, each));
  }
}

/** Whether a path in a shared folder is withheld, or in something withheld. */
export const isWithheld = (withheld: readonly string[], path: string): boolean =>
  new Withheld(withheld).includes(path);

/** Whether a path in a shared folder (`''` for the folder itself) contains something withheld. */
export const containsWithheld = (withheld: readonly string[], path: string): boolean =>
  new Withheld(withheld).isIn(path);

/*
 * Paths that Berth never serves with the shared folder around them, because they hold keys or passwords. They
 * are relative to the shared folder, with slashes.
 */

/**
 * The form in which paths are compared. File systems of macOS treat `.SSH`, `.ſſh` and `.s\u200csh` as `.ssh`
 * too. On a system that doesn't, this only withholds a little more.
 */
const folded = (path: string) =>
  path
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .normalize('NFKC')
    .toLowerCase();

/** `a/b` for `a` and `a/b`, not for `ab`. */
const isAtOrBelow = (folder: string, path: string) => `${path}/`.startsWith(`${folder}/`);

/** Whether a path in a shared folder is withheld, or in something withheld. */
export function isWithheld(withheld: readonly string[], path: string): boolean {
  const form = folded(path);
  return withheld.some((each) => isAtOrBelow(folded(each), form));
}

/** Whether a path in a shared folder (`''` for the folder itself) contains something withheld. */
export function containsWithheld(withheld: readonly string[], path: string): boolean {
  const form = folded(path);
  return withheld.some((each) => form === '' || isAtOrBelow(form, folded(each)));
}

/** A name in a folder: `/etc` and `hosts` make `/etc/hosts`. */
export const pathIn = (folder: string, name: string) =>
  folder === '/' ? `/${name}` : `${folder}/${name}`;

export const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/';

export const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** The way from the top to a path: each part, and where it leads. */
export function partsOf(path: string): { readonly name: string; readonly path: string }[] {
  const names = path.split('/').filter(Boolean);
  return names.map((name, index) => ({ name, path: `/${names.slice(0, index + 1).join('/')}` }));
}

/** Why a name cannot be given to a file, in words; undefined when it can. */
export function faultOfName(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'A file needs a name.';
  if (/[/\0]/.test(name)) return 'A name has no slash in it.';
  if (new TextEncoder().encode(name).length > 255) return 'This name is too long.';
  return undefined;
}

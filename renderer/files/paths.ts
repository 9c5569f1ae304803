/** A name in a folder: `/etc` and `hosts` make `/etc/hosts`. */
export const pathIn = (folder: string, name: string) =>
  folder === '/' ? `/${name}` : `${folder}/${name}`;

export const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/')) || '/';

export const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** The way from the top to a path: each part, and the path that it leads to. */
export function partsOf(path: string): { readonly name: string; readonly path: string }[] {
  const names = path.split('/').filter(Boolean);
  return names.map((name, index) => ({ name, path: `/${names.slice(0, index + 1).join('/')}` }));
}

/** Why a name isn't valid for a file, in words; undefined when it is valid. */
export function faultOfName(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'Enter a name.';
  if (/[/\0]/.test(name)) return "A name can't contain a slash.";
  if (new TextEncoder().encode(name).length > 255) return 'This name is too long.';
  return undefined;
}

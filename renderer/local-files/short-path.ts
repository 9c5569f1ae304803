import type { HostComputer } from '../../electron/api/local-files.ts';

/** Shortens a path with `~` for the home folder. */
export function shortPath(
  path: string,
  { home, separator }: Pick<HostComputer, 'home' | 'separator'>,
) {
  if (path === home) return '~';
  return path.startsWith(`${home}${separator}`) ? `~${path.slice(home.length)}` : path;
}

/** The folder of a file. Its path has the separators of the host's system. */
export const folderOf = (file: string): string => file.replace(/[\\/][^\\/]*$/, '') || '/';

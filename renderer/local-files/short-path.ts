import type { HostComputer } from '../../electron/api/local-files.ts';

/** A path as people write it, with `~` for their home folder. */
export function shortPath(
  path: string,
  { home, separator }: Pick<HostComputer, 'home' | 'separator'>,
) {
  if (path === home) return '~';
  return path.startsWith(`${home}${separator}`) ? `~${path.slice(home.length)}` : path;
}

import type { TreeFile } from './tree.ts';

/** What every container has mounted, and image and container therefore needn't have. */
const NAMES = new Set([
  ...['dev', 'dev/console', 'dev/mqueue', 'dev/pts', 'dev/shm', 'proc', 'sys', 'sys/fs'],
  ...['sys/fs/cgroup', 'etc/hosts', 'etc/hostname', 'etc/resolv.conf'],
]);

/**
 * Whether a file is there only because the runtime needed a place to mount something on. Docker
 * keeps these in a layer of its own, so that they are neither a change nor part of a commit.
 */
export function isRuntimeMountPoint({ name, stats }: TreeFile): boolean {
  return NAMES.has(name) && (stats.isDirectory() || (stats.isFile() && stats.size === 0n));
}

import type { TreeFile } from './tree.ts';

/** Every container has mounts here, so images and containers don't need these files. */
const NAMES = new Set([
  ...['dev', 'dev/console', 'dev/mqueue', 'dev/pts', 'dev/shm', 'proc', 'sys', 'sys/fs'],
  ...['sys/fs/cgroup', 'etc/hosts', 'etc/hostname', 'etc/resolv.conf'],
]);

/**
 * Whether a file exists only because the runtime needed a mount point. Docker keeps these files in
 * a separate layer, so they are neither a change nor part of a commit.
 */
export function isRuntimeMountPoint({ name, stats }: TreeFile): boolean {
  return NAMES.has(name) && (stats.isDirectory() || (stats.isFile() && stats.size === 0n));
}

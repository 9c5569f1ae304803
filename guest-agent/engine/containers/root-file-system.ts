import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { mount, unmount } from '../../runtime/mount.ts';
import { readMounts } from '../../runtime/mount-info.ts';
import type { Engine } from '../engine.ts';
import type { ContainerRecord } from './container.ts';

/** Where a container's root file system is mounted while it is in use. */
export function rootPath(engine: Engine, id: string): string {
  return join(engine.directories.bundle(id), 'rootfs');
}

/** Makes the directories of a container's writable layer. */
export async function createSnapshot(engine: Engine, id: string): Promise<void> {
  const directory = engine.directories.container(id);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await mkdir(join(directory, 'upper'), { mode: 0o755 });
  await mkdir(join(directory, 'work'), { mode: 0o700 });
  // overlayfs wants a lower layer; an image without any gets this empty one.
  await mkdir(join(directory, 'empty'), { mode: 0o755 });
}

/**
 * Mounts the image's layers and the container's own on top (overlayfs, kernel documentation
 * filesystems/overlayfs). Returns the mount point. Idempotent.
 */
export async function mountRoot(engine: Engine, record: ContainerRecord): Promise<string> {
  const target = rootPath(engine, record.id);
  if (await isMounted(target)) return target;
  await mkdir(target, { recursive: true, mode: 0o700 });
  const directory = engine.directories.container(record.id);
  const lower = await lowerDirectories(engine, record);
  await mount(
    'overlay',
    target,
    'overlay',
    0,
    [
      `lowerdir=${lower.join(':')}`,
      `upperdir=${join(directory, 'upper')}`,
      `workdir=${join(directory, 'work')}`,
    ].join(','),
  );
  return target;
}

/** Where the image's layers are mounted, the highest first. */
export async function lowerDirectories(
  engine: Engine,
  { id, layers: diffIds }: ContainerRecord,
): Promise<string[]> {
  const layers = await Promise.all(diffIds.map((diffId) => engine.layers.mount(diffId)));
  // overlayfs takes a directory once only; of a layer that occurs twice, the upper one decides.
  if (layers.length > 0) return [...new Set(layers.reverse())];
  return [join(engine.directories.container(id), 'empty')];
}

/** Idempotent. Lazy, so that a process that still has a file open can't hold the container up. */
export async function unmountRoot(engine: Engine, id: string): Promise<void> {
  const target = rootPath(engine, id);
  try {
    await unmount(target, { lazy: true });
  } catch (error) {
    if (!['EINVAL', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

export async function removeSnapshot(engine: Engine, id: string): Promise<void> {
  await rm(engine.directories.container(id), { recursive: true, force: true });
}

async function isMounted(path: string): Promise<boolean> {
  return (await readMounts()).some(({ mountPoint }) => mountPoint === path);
}

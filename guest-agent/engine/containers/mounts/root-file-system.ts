import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeDeepTree } from '../../../store/remove-deep-tree.ts';
import type { Engine } from '../../engine.ts';
import type { ContainerRecord } from '../record/container.ts';

/** The mount point of a container's root file system. */
export function rootPath(engine: Engine, id: string): string {
  return join(engine.directories.bundle(id), 'rootfs');
}

/** An empty layer, for when overlayfs needs one more. */
export const emptyLayer = (engine: Engine, id: string) =>
  join(engine.directories.container(id), 'empty');

/** Creates the directories of a container's writable layer. */
export async function createSnapshot(engine: Engine, id: string): Promise<void> {
  const directory = engine.directories.container(id);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await mkdir(join(directory, 'upper'), { mode: 0o755 });
  await mkdir(join(directory, 'work'), { mode: 0o700 });
  // overlayfs needs a lower layer, so an image without layers gets this empty one.
  await mkdir(emptyLayer(engine, id), { mode: 0o755 });
}

export interface RootOptions {
  /**
   * Nobody needs the container's changes after a crash of the VM. Then neither the container nor
   * the unmount waits for the data disk. The root can be mounted only once.
   */
  readonly volatile?: boolean;
}

/**
 * Mounts the container's own layer over the image's layers (overlayfs, kernel documentation
 * filesystems/overlayfs). Returns the mount point. Idempotent.
 */
export async function mountRoot(
  engine: Engine,
  record: ContainerRecord,
  { volatile = false }: RootOptions = {},
): Promise<string> {
  const target = rootPath(engine, record.id);
  if (!volatile && (await isMounted(engine, target))) return target;
  await mkdir(target, { recursive: true, mode: 0o700 });
  const directory = engine.directories.container(record.id);
  const lower = await lowerDirectories(engine, record);
  await engine.mounts.mount(
    'overlay',
    target,
    'overlay',
    0,
    [
      `lowerdir=${lower.join(':')}`,
      `upperdir=${join(directory, 'upper')}`,
      `workdir=${join(directory, 'work')}`,
      ...(volatile ? ['volatile'] : []),
    ].join(','),
  );
  return target;
}

/** The mount points of the image's layers, the highest first. */
export async function lowerDirectories(
  engine: Engine,
  { id, layers: diffIds }: ContainerRecord,
): Promise<string[]> {
  const layers = await Promise.all(diffIds.map((diffId) => engine.layers.mount(diffId)));
  // overlayfs accepts a directory only once. If a layer occurs twice, the upper one counts.
  return layers.length > 0 ? [...new Set(layers.reverse())] : [emptyLayer(engine, id)];
}

export async function removeSnapshot(engine: Engine, id: string): Promise<void> {
  await removeDeepTree(engine.directories.container(id));
}

async function isMounted({ mounts }: Engine, path: string): Promise<boolean> {
  return (await mounts.list()).some(({ mountPoint }) => mountPoint === path);
}

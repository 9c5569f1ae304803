import { readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeContainer } from '../engine/containers/remove.ts';
import type { Engine } from '../engine/engine.ts';
import { unmount } from '../runtime/mount.ts';

const CONTAINER = 'container-';

/** Notes in a build's directory that a container is the build's, for as long as it is under way. */
export async function noteContainer(directory: string, id: string): Promise<void> {
  await writeFile(join(directory, CONTAINER + id), '');
}

/** Removes what builds that a crash cut short have left: containers, mounts and files. */
export async function removeLeftovers(engine: Engine): Promise<void> {
  const { builds, imageTrees } = engine.directories;
  for (const build of await namesIn(builds)) {
    for (const file of await namesIn(join(builds, build))) {
      const container = file.startsWith(CONTAINER)
        ? engine.containers.find(file.slice(CONTAINER.length))
        : undefined;
      if (container) await removeContainer(engine, container, { force: true, volumes: true });
    }
  }
  for (const tree of await namesIn(imageTrees)) {
    const path = join(imageTrees, tree);
    await unmount(path, { lazy: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EINVAL') throw error;
    });
    await rmdir(path);
  }
  await rm(builds, { recursive: true, force: true });
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

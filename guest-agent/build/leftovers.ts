import { readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeContainer } from '../engine/containers/lifecycle/remove.ts';
import { removeUnlisted } from '../engine/containers/lifecycle/run-unlisted.ts';
import type { Engine } from '../engine/engine.ts';
import { unmount } from '../runtime/mounts/mount.ts';

const CONTAINER = 'container-';

/** Records that a container belongs to a build, until the build ends. */
export async function noteContainer(directory: string, id: string): Promise<void> {
  await writeFile(join(directory, CONTAINER + id), '');
}

/** The container is gone. */
export async function forgetContainer(directory: string, id: string): Promise<void> {
  await unlink(join(directory, CONTAINER + id));
}

/**
 * Finds the remains of builds that a crash interrupted, before new builds start. The returned
 * function removes their containers, mounts and files.
 */
export async function findLeftovers(engine: Engine): Promise<() => Promise<void>> {
  const { builds, imageTrees } = engine.directories;
  const [buildNames, treeNames] = await Promise.all([namesIn(builds), namesIn(imageTrees)]);
  return async () => {
    for (const name of treeNames) await removeTree(join(imageTrees, name));
    for (const name of buildNames) await removeBuild(engine, join(builds, name));
  };
}

async function removeTree(path: string): Promise<void> {
  await unmount(path, { lazy: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EINVAL') throw error;
  });
  // A mounted file leaves an empty file.
  await rm(path, { recursive: true, force: true });
}

async function removeBuild(engine: Engine, directory: string): Promise<void> {
  for (const file of await namesIn(directory)) {
    if (!file.startsWith(CONTAINER)) continue;
    const container = engine.containers.find(file.slice(CONTAINER.length));
    if (container) await removeContainer(engine, container, { force: true, volumes: true });
    else await removeUnlisted(engine, file.slice(CONTAINER.length));
  }
  await rm(directory, { recursive: true, force: true });
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
}

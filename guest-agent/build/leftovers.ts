import { rm, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { removeContainer } from '../engine/containers/lifecycle/remove.ts';
import { removeUnlisted } from '../engine/containers/lifecycle/run-unlisted.ts';
import type { Engine } from '../engine/engine.ts';
import { namesIn } from '../runtime/files/names-in.ts';
import { unmount } from '../runtime/mounts/mount.ts';
import { removeDeepTree } from '../store/remove-deep-tree.ts';

/** The beginning of the names of files that `noteContainer` writes. */
export const CONTAINER = 'container-';

/** Records that a container belongs to a build, until the build ends. */
export async function noteContainer(directory: string, id: string): Promise<void> {
  await writeFile(join(directory, CONTAINER + id), '');
}

/** The container is gone. */
export async function forgetContainer(directory: string, id: string): Promise<void> {
  await unlink(join(directory, CONTAINER + id));
}

/** The remains of builds that a crash interrupted. */
export interface Leftovers {
  /** IDs of the builds' containers. Not all of them have records. */
  readonly containers: ReadonlySet<string>;
  /**
   * Ends the commands of builds, which no record shows, and removes their secrets. Until then, new
   * containers could get their addresses. Call it before new builds start. `remove` tries again what
   * fails here.
   */
  stop(): Promise<void>;
  /** Removes the builds' containers, mounts and files. */
  remove(): Promise<void>;
}

/** Finds the remains of builds that a crash interrupted, before new builds start. */
export async function findLeftovers(engine: Engine): Promise<Leftovers> {
  const { builds, imageTrees, buildSecrets, buildScripts, buildAgents } = engine.directories;
  const [buildNames, treeNames] = await Promise.all([namesIn(builds), namesIn(imageTrees)]);
  const containers = await Promise.all(buildNames.map((name) => containersOf(join(builds, name))));
  const ids = new Set(containers.flat());
  return {
    containers: ids,
    stop: async () => {
      const unlisted = [...ids].filter((id) => engine.containers.find(id) === undefined);
      await Promise.all(
        unlisted.map((id) =>
          removeUnlisted(engine, id).catch((error) =>
            engine.log(`ending the command ${id} of an interrupted build`, error),
          ),
        ),
      );
      for (const path of [buildSecrets, buildScripts, buildAgents]) {
        await rm(path, { recursive: true, force: true }).catch((error) =>
          engine.log(`removing ${path}`, error),
        );
      }
    },
    remove: async () => {
      for (const name of treeNames) await removeTree(join(imageTrees, name));
      for (const name of buildNames) await removeBuild(engine, join(builds, name));
    },
  };
}

async function containersOf(directory: string): Promise<string[]> {
  const files = (await namesIn(directory)).filter((file) => file.startsWith(CONTAINER));
  return files.map((file) => file.slice(CONTAINER.length));
}

async function removeTree(path: string): Promise<void> {
  await unmount(path, { lazy: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EINVAL') throw error;
  });
  // A mounted file leaves an empty file.
  await removeDeepTree(path);
}

async function removeBuild(engine: Engine, directory: string): Promise<void> {
  for (const id of await containersOf(directory)) {
    const container = engine.containers.find(id);
    if (container) await removeContainer(engine, container, { force: true, volumes: true });
    else await removeUnlisted(engine, id);
  }
  await removeDeepTree(directory);
}

import { randomBytes } from 'node:crypto';
import { mkdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Directories } from '../../runtime/directories.ts';
import type { Mounts } from '../../runtime/mounts/mounts.ts';
import type { LayerStore } from '../../store/layers/layers.ts';
import { removeDeepTree } from '../../store/remove-deep-tree.ts';
import { Undo } from '../undo.ts';

/** The files of an image, mounted until disposed of. */
export interface ImageTree extends AsyncDisposable {
  /** The mount point. Writable, but changes don't affect the image. */
  readonly root: string;
  /** The changes so far, as overlayfs keeps them: see `upperLayer`. */
  readonly upper: string;
}

/**
 * Mounts layers, lowest first, under an empty writable one in a new directory below `scratch`,
 * which must be on the data disk. The caller keeps the layers and disposes of the tree.
 */
export async function openImageTree(
  engine: MountParts & { readonly layers: LayerStore },
  layers: readonly string[],
  scratch: string,
): Promise<ImageTree> {
  const lower = await Promise.all(layers.map((diffId) => engine.layers.mount(diffId)));
  return openOverlay(engine, lower, scratch);
}

/** The parts of the engine that mount a tree. */
interface MountParts {
  readonly directories: Directories;
  readonly mounts: Mounts;
  readonly log: (message: string, cause?: unknown) => void;
}

/** The same for directories, lowest first. */
export async function openOverlay(
  engine: MountParts,
  directories: readonly string[],
  scratch: string,
): Promise<ImageTree> {
  const name = randomBytes(6).toString('hex');
  const directory = join(scratch, name);
  const [upper, work, empty] = ['upper', 'work', 'empty'].map((part) => join(directory, part));
  const root = join(engine.directories.imageTrees, name);
  const undo = new Undo();
  const close = () => undo.rollback((error) => engine.log(`unmounting image ${name}`, error));
  try {
    undo.add(() => removeDeepTree(directory));
    for (const path of [upper, work, empty]) await mkdir(path ?? '', { recursive: true });
    await mkdir(root, { recursive: true, mode: 0o700 });
    undo.add(() => rmdir(root));
    // As for containers: no directory twice, and at least one.
    const lower = [...new Set([...directories].reverse())];
    const lowerdir = lower.length > 0 ? lower.join(':') : empty;
    // `volatile`: the unmount doesn't sync the data disk for files that are removed afterwards.
    const options = `lowerdir=${lowerdir},upperdir=${upper},workdir=${work},volatile`;
    await engine.mounts.mount('overlay', root, 'overlay', 0, options);
    undo.add(() => engine.mounts.unmount(root, { lazy: true }));
  } catch (error) {
    await close();
    throw error;
  }
  return { root, upper: upper ?? '', [Symbol.asyncDispose]: close };
}

import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { awaitedElsewhere, EngineError, hasCode } from '../../errors.ts';
import { mount, mountFlags, unmount } from '../../runtime/mounts/mount.ts';
import { readMounts } from '../../runtime/mounts/mount-info.ts';
import { syncDirectory } from '../atomic-file.ts';
import { DIGEST, digestHex } from '../digest.ts';
import {
  type LayerFilesOptions,
  layerFilesState,
  syncLayerFiles,
  writeLayerFiles,
} from './layer-files.ts';
import type { Layer, LayerStore } from './layers.ts';

export interface ErofsLayersOptions extends LayerFilesOptions {
  /** On the data disk. Contains `<hex>/layer.tar` and `<hex>/index.erofs` for each layer. */
  readonly directory: string;
  /**
   * Contains the mount points. Keep the path short: all lower directories of an overlay must fit
   * into one page of mount options.
   */
  readonly mountDirectory: string;
}

interface Mounted {
  readonly target: string;
  /** Settles when mount(2) has returned. */
  readonly done: Promise<void>;
}

/** Incomplete directories have this prefix and are removed at the next start. */
const PARTIAL = 'partial-';
const SHORTEST_MOUNT_NAME = 12;

/** LayerStore that keeps the exact tar, and mounts it through an EROFS index without unpacking. */
export class ErofsLayers implements LayerStore {
  readonly #options: ErofsLayersOptions;
  readonly #layers: Map<string, Layer>;
  readonly #ingests = new Map<string, Promise<Layer>>();
  readonly #removals = new Map<string, Promise<void>>();
  readonly #mounts: Map<string, Mounted>;
  /** The layers that aren't known to be on the disk. Those that can't be written stay here. */
  readonly #syncs = new Map<string, Promise<void>>();
  /** One after the other, since each takes a thread that other work needs. */
  #lastSync: Promise<unknown> = Promise.resolve();

  private constructor(
    options: ErofsLayersOptions,
    layers: Map<string, Layer>,
    mounts: Map<string, Mounted>,
  ) {
    this.#options = options;
    this.#layers = layers;
    this.#mounts = mounts;
  }

  /**
   * Finds the stored layers and those that an earlier run mounted. Removes the remains of a crash.
   */
  static async load(options: ErofsLayersOptions): Promise<ErofsLayers> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    await mkdir(options.mountDirectory, { recursive: true, mode: 0o700 });
    const layers = new Map<string, Layer>();
    const unsynced: string[] = [];
    for (const name of await readdir(options.directory)) {
      const path = join(options.directory, name);
      const diffId = `sha256:${name}`;
      if (name.startsWith(PARTIAL)) await rm(path, { recursive: true });
      else if (DIGEST.test(diffId)) {
        const size = await sizeOf(join(path, 'layer.tar'));
        const state = await layerFilesState(path, options.bootId);
        // Changed by hand, or a damaged disk. The user can pull the layer again. Or a power cut came
        // before the layer was on the disk. No image has such a layer.
        if (size === undefined || state === 'lost') await removeLayer(options.directory, path);
        else layers.set(diffId, { diffId, size });
        if (layers.has(diffId) && state === 'unsynced') unsynced.push(diffId);
      }
    }
    const indexes = new Map(
      [...layers.keys()].map((diffId) => [
        join(options.directory, digestHex(diffId), 'index.erofs'),
        diffId,
      ]),
    );
    const mounts = new Map<string, Mounted>();
    const mountPoints = new Set<string>();
    for (const { source, mountPoint } of await readMounts()) {
      mountPoints.add(mountPoint);
      const diffId = indexes.get(source);
      if (diffId !== undefined) {
        mounts.set(diffId, { target: mountPoint, done: Promise.resolve() });
      }
    }
    // A crash can come between a mount or an unmount and its directory.
    for (const name of await readdir(options.mountDirectory)) {
      const path = join(options.mountDirectory, name);
      if (!mountPoints.has(path)) await rmdir(path).catch(unlessKept);
    }
    const store = new ErofsLayers(options, layers, mounts);
    for (const diffId of unsynced) store.#sync(diffId);
    return store;
  }

  get(diffId: string): Layer | undefined {
    return this.#layers.get(diffId);
  }

  list(): Layer[] {
    return [...this.#layers.values()];
  }

  async ingest(diffId: string, tar: Readable): Promise<Layer> {
    const ready = this.#layers.get(diffId) ?? this.#ingests.get(diffId);
    if (ready !== undefined) {
      tar.destroy();
      return ready;
    }
    const work = this.#ingest(diffId, tar).finally(() => this.#ingests.delete(diffId));
    this.#ingests.set(diffId, work);
    return work;
  }

  async durable(diffIds: readonly string[]): Promise<void> {
    const syncs = diffIds.map((diffId) => this.#syncs.get(diffId));
    const results = await Promise.allSettled(syncs);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed === undefined) return;
    // The disk may have lost what it could not write, so a second sync would prove nothing. Without the
    // layer, the next pull or build makes it again.
    for (const [index, { status }] of results.entries()) {
      const diffId = diffIds[index];
      if (status === 'rejected' && diffId !== undefined) await this.remove(diffId);
    }
    throw failed.reason;
  }

  async open(diffId: string): Promise<Readable> {
    this.#stored(diffId);
    return createReadStream(join(this.#path(diffId), 'layer.tar'));
  }

  async mount(diffId: string): Promise<string> {
    this.#stored(diffId);
    let mounted = this.#mounts.get(diffId);
    if (mounted === undefined) {
      const target = this.#freeMountPoint(digestHex(diffId));
      mounted = { target, done: this.#mount(diffId, target) };
      this.#mounts.set(diffId, mounted);
      const forget = () => this.#mounts.delete(diffId);
      mounted.done.catch(forget);
    }
    await mounted.done;
    return mounted.target;
  }

  async remove(diffId: string): Promise<void> {
    if (!this.#layers.delete(diffId)) return;
    const work = this.#remove(diffId).finally(() => this.#removals.delete(diffId));
    this.#removals.set(diffId, work);
    await work;
  }

  async #remove(diffId: string): Promise<void> {
    const mounted = this.#mounts.get(diffId);
    this.#mounts.delete(diffId);
    if (mounted !== undefined) {
      await mounted.done;
      await unmount(mounted.target, { lazy: true });
      await rmdir(mounted.target);
    }
    await Promise.allSettled([this.#syncs.get(diffId)]);
    this.#syncs.delete(diffId);
    await removeLayer(this.#options.directory, this.#path(diffId));
  }

  add(tar: Readable, claim: (diffId: string) => void): Promise<Layer> {
    return this.#store(tar, claim);
  }

  async #ingest(wanted: string, tar: Readable): Promise<Layer> {
    digestHex(wanted);
    return this.#store(tar, (diffId) => {
      if (diffId === wanted) return;
      throw new EngineError('invalid', `layer has diff ID ${diffId}, expected ${wanted}`);
    });
  }

  /** `check` gets the diff ID before anything is visible, and can reject it. */
  async #store(tar: Readable, check: (diffId: string) => void): Promise<Layer> {
    const partial = partialPath(this.#options.directory);
    try {
      await mkdir(partial, { mode: 0o700 });
      let isStored = false;
      const layer = await writeLayerFiles(partial, tar, this.#options, (diffId) => {
        check(diffId);
        isStored = this.#layers.has(diffId);
        return !isStored;
      });
      const { diffId } = layer;
      // The same layer may be being removed.
      await this.#removals.get(diffId);
      const isNew = !isStored && (await renameToFree(partial, this.#path(diffId)));
      if (isNew) this.#sync(diffId);
      else await rm(partial, { recursive: true, force: true });
      this.#layers.set(diffId, layer);
      return layer;
    } catch (error) {
      tar.destroy();
      await rm(partial, { recursive: true, force: true });
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      throw new EngineError(
        'unavailable',
        "failed to register layer: no space left on device. Remove images that you don't need, or give the VM a larger disk",
        { cause: error },
      );
    }
  }

  /** Makes the layer durable in the background. `durable` reports a failure, and removes the layer. */
  #sync(diffId: string): void {
    const work = this.#lastSync.then(() => syncLayerFiles(this.#path(diffId)));
    this.#syncs.set(diffId, work);
    this.#lastSync = work.then(() => this.#syncs.delete(diffId), awaitedElsewhere);
  }

  async #mount(diffId: string, target: string): Promise<void> {
    await mkdir(target, { recursive: true, mode: 0o700 });
    const index = join(this.#path(diffId), 'index.erofs');
    const tar = join(this.#path(diffId), 'layer.tar');
    await mount(index, target, 'erofs', mountFlags.readOnly, `device=${tar}`);
  }

  /**
   * The beginning of the digest, or more of it if another layer has the same beginning. Anyone can
   * create two such layers, and the second must not be mistaken for the first.
   */
  #freeMountPoint(hex: string): string {
    const taken = new Set([...this.#mounts.values()].map(({ target }) => target));
    for (let length = SHORTEST_MOUNT_NAME; ; length++) {
      const target = join(this.#options.mountDirectory, hex.slice(0, length));
      if (!taken.has(target)) return target;
    }
  }

  #stored(diffId: string): void {
    if (!this.#layers.has(diffId)) throw new EngineError('not-found', `no such layer: ${diffId}`);
  }

  #path(diffId: string): string {
    return join(this.#options.directory, digestHex(diffId));
  }
}

/** Something that isn't an empty directory stays. */
function unlessKept(error: unknown): void {
  if (!hasCode(error, 'ENOTEMPTY', 'ENOTDIR', 'EBUSY')) throw error;
}

function partialPath(directory: string): string {
  return join(directory, `${PARTIAL}${randomBytes(8).toString('hex')}`);
}

/** Renames the layer first, so that a crash never leaves an incomplete layer under its name. */
async function removeLayer(directory: string, path: string): Promise<void> {
  const doomed = partialPath(directory);
  await rename(path, doomed);
  await syncDirectory(directory);
  await rm(doomed, { recursive: true });
}

/** Returns false if the same layer was stored at the same time. */
async function renameToFree(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../../engine/engine.ts';
import { ifMissing } from '../../../errors.ts';
import { mountFlags } from '../../../runtime/mounts/mount.ts';
import { removeDeepTree } from '../../../store/remove-deep-tree.ts';

/**
 * The directories with the volumes of pods. They are on the data disk, and mounted in `/run`, from
 * where containers can mount them: other paths of the VM could be folders of the host.
 */
export class PodDirectories {
  readonly #engine: Engine;
  readonly #kept: string;
  readonly #mounted: string;
  #ready: Promise<void> | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#kept = join(engine.directories.data, 'pods');
    this.#mounted = join(engine.directories.run, 'p');
  }

  /** The directory of one volume of a pod. */
  volume(uid: string, name: string): string {
    return join(this.#mounted, uid, name);
  }

  /** Makes the directories usable. Call this before anything else. */
  open(): Promise<void> {
    this.#ready ??= this.#mount().catch((error) => {
      this.#ready = undefined;
      throw error;
    });
    return this.#ready;
  }

  async isMountPoint(path: string): Promise<boolean> {
    return (await this.#engine.mounts.list()).some(({ mountPoint }) => mountPoint === path);
  }

  /** The UIDs of the pods that have directories. */
  async uids(): Promise<string[]> {
    return readdir(this.#kept).catch(ifMissing([]));
  }

  /** Removes the directory of a pod with all its volumes. Its containers must be gone. */
  async remove(uid: string): Promise<void> {
    const directory = join(this.#mounted, uid);
    const mounted = (await this.#engine.mounts.list()).filter(({ mountPoint }) =>
      mountPoint.startsWith(`${directory}/`),
    );
    for (const { mountPoint } of mounted) await this.#engine.mounts.unmountIfMounted(mountPoint);
    await removeDeepTree(directory);
    await removeDeepTree(join(this.#kept, uid));
  }

  async #mount(): Promise<void> {
    await mkdir(this.#kept, { recursive: true, mode: 0o711 });
    await mkdir(this.#mounted, { recursive: true, mode: 0o711 });
    if (await this.isMountPoint(this.#mounted)) return;
    await this.#engine.mounts.mount(this.#kept, this.#mounted, null, mountFlags.bind);
  }
}

import { mount, unmount, unmountIfMounted } from './mount.ts';
import { type MountInfo, readMounts } from './mount-info.ts';
import { type MountView, openMountView, type ViewMount } from './mount-view.ts';

/** The mounts for containers and images. Tests replace the Linux implementation. */
export interface Mounts {
  /** See `mount`. */
  mount(
    source: string | null,
    target: string,
    type: string | null,
    flags?: number,
    data?: string | null,
  ): Promise<void>;
  /** See `unmount`. */
  unmount(target: string, options?: { lazy?: boolean }): Promise<void>;
  /** Removes a mount immediately and lazily, if there is one. Idempotent. */
  unmountIfMounted(target: string): Promise<void>;
  /** Every mount, in order of creation. */
  list(): Promise<readonly Pick<MountInfo, 'mountPoint'>[]>;
  /** See `openMountView`. */
  openView(mounts: readonly ViewMount[]): Promise<MountView>;
}

/** The mounts of this VM. */
export const linuxMounts: Mounts = {
  ...{ mount, unmount, unmountIfMounted },
  list: readMounts,
  openView: openMountView,
};

import { mount, unmount, unmountIfMounted } from './mount.ts';
import { type MountInfo, readMounts } from './mount-info.ts';
import { type MountView, openMountView, type ViewMount } from './mount-view.ts';

/** The mounts that containers and images need. Linux makes them; tests have a stand-in. */
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
  /** Takes a mount away, at once and lazily, where there is one. Idempotent. */
  unmountIfMounted(target: string): Promise<void>;
  /** Every mount, in the order in which they were made. */
  list(): Promise<readonly Pick<MountInfo, 'mountPoint'>[]>;
  /** See `openMountView`. */
  openView(mounts: readonly ViewMount[]): Promise<MountView>;
}

/** The mounts of this machine. */
export const linuxMounts: Mounts = {
  ...{ mount, unmount, unmountIfMounted },
  list: readMounts,
  openView: openMountView,
};

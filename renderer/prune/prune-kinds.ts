import type { DiskKind } from '../../electron/api/disk.ts';

/** The words for what can be removed. */
interface PruneKind {
  readonly title: string;
  readonly noun: readonly [one: string, many: string];
  /** What is lost. */
  readonly goes: string;
}

export const PRUNE_KINDS: Readonly<Record<DiskKind, PruneKind>> = {
  images: {
    title: 'Unused images',
    noun: ['image', 'images'],
    goes: 'No container uses these images. Berth can download them again.',
  },
  containers: {
    title: 'Stopped containers',
    noun: ['container', 'containers'],
    goes: "These containers aren't running. The files they wrote are removed with them and can't be recovered. Volumes stay.",
  },
  volumes: {
    title: 'Unused anonymous volumes',
    noun: ['volume', 'volumes'],
    goes: "No container uses these anonymous volumes. They are removed with all their data, which can't be recovered. Named volumes stay.",
  },
  buildCache: {
    title: 'Build cache',
    noun: ['step', 'steps'],
    goes: 'Builds cached these steps. The next build of each image takes longer. Images and containers stay.',
  },
};

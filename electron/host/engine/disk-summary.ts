import type { DiskUse } from '../../api/disk.ts';
import type { DiskUsage } from './system.ts';

const RUNNING_STATES = new Set(['running', 'paused', 'restarting']);

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** The output of `docker system df`. */
export function summarizeDiskUsage(usage: DiskUsage): DiskUse[] {
  const { LayersSize, Images, Containers, Volumes, BuildCache } = usage;
  const usedImages = Images.filter((image) => (image.Containers ?? 0) > 0);
  const usedBytes = sum(usedImages.map((image) => image.Size - Math.max(image.SharedSize ?? 0, 0)));
  const running = Containers.filter(({ State }) => RUNNING_STATES.has(State));
  const stopped = Containers.filter(({ State }) => !RUNNING_STATES.has(State));
  const volumes = Volumes.map(({ UsageData }) => UsageData ?? { Size: 0, RefCount: 0 });
  const ownCache = BuildCache.filter(({ Shared }) => !Shared);
  const writableBytes = (containers: DiskUsage['Containers']) =>
    sum(containers.map(({ SizeRw = 0 }) => SizeRw));
  return [
    {
      kind: 'images',
      total: Images.length,
      active: usedImages.length,
      size: LayersSize,
      reclaimable: Math.max(LayersSize - usedBytes, 0),
    },
    {
      kind: 'containers',
      total: Containers.length,
      active: running.length,
      size: writableBytes(Containers),
      reclaimable: writableBytes(stopped),
    },
    {
      kind: 'volumes',
      total: Volumes.length,
      active: volumes.filter(({ RefCount }) => RefCount > 0).length,
      size: sum(volumes.map(({ Size }) => Math.max(Size, 0))),
      reclaimable: sum(volumes.map(({ Size, RefCount }) => (RefCount > 0 ? 0 : Math.max(Size, 0)))),
    },
    {
      kind: 'buildCache',
      total: BuildCache.length,
      active: BuildCache.filter(({ InUse }) => InUse).length,
      size: sum(ownCache.map(({ Size }) => Size)),
      reclaimable: sum(ownCache.filter(({ InUse }) => !InUse).map(({ Size }) => Size)),
    },
  ];
}

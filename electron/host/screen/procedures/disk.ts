import type { DiskKind } from '../../../api/disk.ts';
import type { EngineClient } from '../../engine/client.ts';
import { pruneContainers } from '../../engine/containers.ts';
import { summarizeDiskUsage } from '../../engine/disk-summary.ts';
import { pruneImages } from '../../engine/images.ts';
import { diskUsage, pruneBuildCache, pruneVolumes } from '../../engine/system.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

/** Everything of a kind that nothing uses, as the screen says it before. */
const PRUNES: Readonly<
  Record<DiskKind, (engine: EngineClient) => Promise<{ SpaceReclaimed: number }>>
> = {
  images: (engine) => pruneImages(engine, { all: true }),
  containers: (engine) => pruneContainers(engine),
  volumes: (engine) => pruneVolumes(engine, { all: ['true'] }),
  buildCache: (engine) => pruneBuildCache(engine, { all: true }),
};

export function diskHandlers({ engine }: ScreenHost) {
  return {
    usage: screen.disk.usage.handler(async () => summarizeDiskUsage(await diskUsage(engine))),
    prune: screen.disk.prune.handler(async ({ input: { kind } }) => ({
      reclaimed: (await PRUNES[kind](engine)).SpaceReclaimed,
    })),
  };
}

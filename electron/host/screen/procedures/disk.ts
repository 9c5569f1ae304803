import { summarizeDiskUsage } from '../../engine/disk-summary.ts';
import { diskUsage } from '../../engine/system.ts';
import { prunePreview } from '../../prune/preview.ts';
import { prune } from '../../prune/prune.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function diskHandlers({ engine }: ScreenHost) {
  return {
    usage: screen.disk.usage.handler(async () => summarizeDiskUsage(await diskUsage(engine))),
    prunePreview: screen.disk.prunePreview.handler(({ input }) => prunePreview(engine, input)),
    prune: screen.disk.prune.handler(async ({ input }) => ({
      reclaimed: await prune(engine, input),
    })),
  };
}

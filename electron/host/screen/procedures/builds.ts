import type { BuildEvent } from '../../../api/builds.ts';
import { readBuildFolder } from '../../build/folder.ts';
import { runBuild } from '../../build/run-build.ts';
import { eventStream } from '../../compose/apply/event-stream.ts';
import { diskUsage, pruneBuildCache } from '../../engine/system.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function buildHandlers(host: ScreenHost) {
  const { engine, builds } = host;
  return {
    start: screen.builds.start.handler(async function* ({ input, context }) {
      yield* eventStream<BuildEvent>(
        (emit, signal) => runBuild(host, input, emit, signal),
        context.gone,
      );
    }),
    folder: screen.builds.folder.handler(({ input: { directory, dockerfile } }) =>
      readBuildFolder(directory, dockerfile),
    ),
    history: screen.builds.history.handler(() => builds.list()),
    read: screen.builds.read.handler(({ input }) => builds.read(input.id)),
    forget: screen.builds.forget.handler(({ input }) => builds.remove(input.id)),
    cache: screen.builds.cache.handler(async () => {
      const { BuildCache } = await diskUsage(engine);
      const sum = (entries: typeof BuildCache) =>
        entries.reduce((bytes, { Size }) => bytes + Size, 0);
      return {
        entries: BuildCache.length,
        size: sum(BuildCache),
        reclaimable: sum(BuildCache.filter(({ InUse }) => !InUse)),
      };
    }),
    pruneCache: screen.builds.pruneCache.handler(async () => ({
      reclaimed: (await pruneBuildCache(engine, { all: true })).SpaceReclaimed,
    })),
  };
}

import type { BuildEvent } from '../../../api/builds.ts';
import { readBuildFolder } from '../../build/folder.ts';
import { followBuild } from '../../build/follow-build.ts';
import { runBuild } from '../../build/run-build.ts';
import { buildSummary } from '../../build/summary.ts';
import { forgetBuild, watchHistory } from '../../buildkit/build-history.ts';
import { eventStream } from '../../compose/apply/event-stream.ts';
import { cancelBuild, diskUsage, pruneBuildCache } from '../../engine/system.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function buildHandlers(host: ScreenHost) {
  const { engine } = host;
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
    watch: screen.builds.watch.handler(async function* ({ context }) {
      for await (const records of watchHistory(engine, context.gone)) {
        yield records.map(buildSummary);
      }
    }),
    follow: screen.builds.follow.handler(async function* ({ input, context }) {
      yield* eventStream<BuildEvent>(
        (emit, signal) => followBuild(engine, input.id, emit, signal),
        context.gone,
      );
    }),
    cancel: screen.builds.cancel.handler(({ input }) => cancelBuild(engine, input.id)),
    forget: screen.builds.forget.handler(({ input, context }) =>
      forgetBuild(engine, input.id, context.gone),
    ),
    cache: screen.builds.cache.handler(async () => {
      const { BuildCache } = await diskUsage(engine);
      const sum = (entries: typeof BuildCache) =>
        entries.reduce((bytes, { Size, Shared }) => bytes + (Shared ? 0 : Size), 0);
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

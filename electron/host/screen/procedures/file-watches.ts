import type { ProjectEvent } from '../../../api/project-events.ts';
import { eventStream } from '../../compose/apply/event-stream.ts';
import { requireProject } from '../../compose/file/load.ts';
import { FileWatches } from '../../compose/watch/file-watches.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

/** `ended` aborts when the app ends. */
export function fileWatchHandlers(host: ScreenHost, ended: AbortSignal) {
  const { env } = process;
  const watches = new FileWatches(host, ended);
  return {
    watch: screen.fileWatches.watch.handler(async function* ({ context }) {
      yield* watches.list(context.gone);
    }),
    start: screen.fileWatches.start.handler(async function* ({ input: { files }, context }) {
      const project = await requireProject({ files, env });
      yield* eventStream<ProjectEvent>(
        (report, signal) => watches.start(project, env, report, signal),
        context.gone,
      );
    }),
    stop: screen.fileWatches.stop.handler(({ input }) => watches.stop(input.project)),
  };
}

import { UsageRecorder } from '../../stats/recorder.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function usageHandlers({ engine }: ScreenHost) {
  const recorder = new UsageRecorder(engine);
  return {
    watch: screen.usage.watch.handler(async function* ({ input, context }) {
      yield* recorder.latest(input.containers, context.gone);
    }),
    history: screen.usage.history.handler(async function* ({ input, context }) {
      yield* recorder.history(input.container, context.gone);
    }),
  };
}

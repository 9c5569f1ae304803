import { FollowedLogs } from '../../logs/followed-logs.ts';
import { saveLog } from '../../logs/save.ts';
import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function logHandlers({ engine }: ScreenHost) {
  const logs = new FollowedLogs(engine);
  return {
    follow: screen.logs.follow.handler(async function* ({ input, context }) {
      yield* logs.follow(input.container, input.range, context.gone);
    }),
    grant: screen.logs.grant.handler(({ input }) => logs.grant(input.log, input.characters)),
    save: screen.logs.save.handler(async function* ({ input, context }) {
      yield* saveLog(engine, input, context.gone);
    }),
  };
}

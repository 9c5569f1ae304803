import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function noticeHandlers({ notices }: ScreenHost) {
  return {
    watch: screen.notices.watch.handler(async function* ({ context }) {
      yield* notices.watch(context.gone);
    }),
    clear: screen.notices.clear.handler(() => notices.clear()),
  };
}

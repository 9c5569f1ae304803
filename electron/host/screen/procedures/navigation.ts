import { screen } from '../implementer.ts';
import { Navigation } from '../navigation.ts';
import type { ScreenHost } from '../screen-host.ts';

/** In a browser nothing is around the page: it is never asked to go anywhere. */
export function navigationHandlers({ navigation = new Navigation() }: ScreenHost) {
  return {
    watch: screen.navigation.watch.handler(async function* ({ context }) {
      yield* navigation.watch(context.gone);
    }),
  };
}

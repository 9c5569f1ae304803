import { screen } from '../implementer.ts';
import { Navigation } from '../navigation.ts';
import type { ScreenHost } from '../screen-host.ts';

/** A browser has no menus or tray, so it receives no navigation requests. */
export function navigationHandlers({ navigation = new Navigation() }: ScreenHost) {
  return {
    watch: screen.navigation.watch.handler(async function* ({ context }) {
      yield* navigation.watch(context.gone);
    }),
  };
}

import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';

export function machineHandlers({ machine }: ScreenHost) {
  return {
    status: screen.machine.status.handler(() => machine.status()),
    watch: screen.machine.watch.handler(async function* ({ context }) {
      yield* machine.watch(context.gone);
    }),
    start: screen.machine.start.handler(() => machine.start()),
    stop: screen.machine.stop.handler(() => machine.stop()),
  };
}

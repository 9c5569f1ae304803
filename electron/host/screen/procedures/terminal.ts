import { screen } from '../implementer.ts';
import type { ScreenHost } from '../screen-host.ts';
import { Terminals } from '../terminals.ts';

export function terminalHandlers({ engine }: ScreenHost) {
  const terminals = new Terminals(engine);
  return {
    open: screen.terminal.open.handler(async function* ({ input, context }) {
      yield* terminals.open(input, context.gone);
    }),
    write: screen.terminal.write.handler(({ input }) =>
      terminals.write(input.terminal, input.text),
    ),
    resize: screen.terminal.resize.handler(({ input: { terminal, ...size } }) =>
      terminals.resize(terminal, size),
    ),
    grant: screen.terminal.grant.handler(({ input }) =>
      terminals.grant(input.terminal, input.characters),
    ),
  };
}

import { attachHostProcess } from '../host-process.ts';
import { screen } from '../implementer.ts';
import { attachOneOff } from '../one-off-process.ts';
import type { ScreenHost } from '../screen-host.ts';
import { attachProcess } from '../terminal-process.ts';
import { Terminals } from '../terminals.ts';

export function terminalHandlers(host: ScreenHost) {
  const terminals = new Terminals((target, size, signal) => {
    if ('container' in target) {
      return attachProcess(host.engine, target.container, target.process, size, signal);
    }
    const { process } = target;
    return process.kind === 'one-off'
      ? attachOneOff(host, process, size, signal)
      : attachHostProcess(host, process, size, signal);
  });
  return {
    open: screen.terminal.open.handler(async function* ({ input, context }) {
      const { columns, rows, ...target } = input;
      yield* terminals.open(target, { columns, rows }, context.gone);
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

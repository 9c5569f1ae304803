import type { KubeConnections } from '../../kube/client/connections.ts';
import { attachHostProcess } from '../host-process.ts';
import { screen } from '../implementer.ts';
import { attachOneOff } from '../one-off-process.ts';
import { attachPod } from '../pod-process.ts';
import type { ScreenHost } from '../screen-host.ts';
import { attachProcess } from '../terminal-process.ts';
import { Terminals } from '../terminals.ts';

export function terminalHandlers(host: ScreenHost, clusters: KubeConnections) {
  const terminals = new Terminals((target, size, signal) => {
    if ('container' in target) {
      return attachProcess(host.engine, target.container, target.process, size, signal);
    }
    const { process } = target;
    if (process.kind === 'pod') return attachPod(clusters, process, size, signal);
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

import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { podTarget } from '../../../host/kube/pods/pod-target.ts';
import { forwardPort } from '../../../host/kube/pods/port-forward.ts';
import { remotePort } from '../../../host/kube/pods/remote-port.ts';
import { untilInterrupted } from '../../compose/show-logs.ts';
import { type CliContext, printLine } from '../../context.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';

interface ForwardFlags extends KubeFlags {
  readonly address: string;
}

export function define(command: Command, context: CliContext): void {
  kubeFlags(command.argument('<pod>').argument('<port...>'))
    .option('--address <address>', 'Address of this host to listen on', '127.0.0.1')
    .action((pod: string, ports: string[], flags: ForwardFlags) =>
      forward(context, pod, ports, flags),
    );
}

async function forward(
  context: CliContext,
  reference: string,
  ports: readonly string[],
  flags: ForwardFlags,
): Promise<void> {
  const wanted = ports.map(parsePorts);
  const { client, resources, namespace } = await openCluster(context, flags, 'local');
  const target = await podTarget(client, resources, namespace, reference);
  await untilInterrupted(context, async (signal) => {
    const { address } = flags;
    const problem = (text: string) => context.stderr.write(`warning: ${text}\n`);
    for (const { local, remote } of wanted) {
      const toPod = await remotePort(client, resources, namespace, reference, remote);
      const port = { address, local, remote: toPod };
      const opened = await forwardPort(client, target, port, problem, signal);
      printLine(context, `Forwarding from ${address}:${opened.port} -> ${remote}`);
    }
    await new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
  });
}

/** `8080:80`, `80`, `:80` for any free port, `8080:http`. Throws HostError 'invalid'. */
function parsePorts(text: string): { readonly local: number; readonly remote: string } {
  const [, first = '', second] = /^(\d*)(?::([a-z0-9-]+))?$/.exec(text) ?? [];
  const remote = second ?? first;
  const local = second === undefined ? Number(first) : Number(first || 0);
  const isPort = (port: number) => Number.isInteger(port) && port >= 0 && port <= 65_535;
  if (remote !== '' && isPort(local)) return { local, remote };
  throw new HostError('invalid', `"${text}" isn't a valid port`, {
    hint: 'Use LOCAL:REMOTE, such as 8080:80, or :80 for any free port.',
  });
}

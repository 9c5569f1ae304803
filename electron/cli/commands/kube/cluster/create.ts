import type { Command } from 'commander';
import { DEFAULT_CLUSTER } from '../../../../host/kube/cluster/cluster-names.ts';
import { createCluster, pullClusterImage } from '../../../../host/kube/cluster/create-cluster.ts';
import { K3S_IMAGE } from '../../../../host/kube/cluster/k3s.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';
import { parseInteger } from '../../../flags/numbers.ts';
import { collect } from '../../../flags/repeated.ts';
import { awaitStartedCluster } from '../../../kube/start-cluster.ts';
import { timeoutFlag } from '../../../kube/wait-flags.ts';
import { showProgress } from '../../../progress/pull-progress.ts';
import { cancellable } from '../../../session/cancellable.ts';

interface CreateFlags {
  readonly image: string;
  readonly k3sArg: readonly string[];
  readonly port?: number;
  readonly timeout: number;
}

export function define(command: Command, context: CliContext): void {
  const described = command
    .argument('[name]', undefined, DEFAULT_CLUSTER)
    .option('--image <image>', 'Image of k3s, for another version of Kubernetes', K3S_IMAGE)
    .option('--k3s-arg <flag>', 'Flag for k3s server, e.g. --disable=traefik', collect, [])
    .option(
      '--port <port>',
      'Port of this host for the API (default: any free port)',
      parseInteger,
    );
  timeoutFlag(described).action(
    async (name: string, { image, k3sArg: flags, port, timeout }: CreateFlags) => {
      const engine = await connectEngine(context);
      const host = await context.host();
      await cancellable(context, (signal) =>
        showProgress(pullClusterImage(engine, host, image, signal), context.stderr, {
          quiet: false,
        }),
      );
      const cluster = await createCluster(engine, { name, image, port, flags });
      printLine(context, await awaitStartedCluster(context, cluster, timeout));
    },
  );
}

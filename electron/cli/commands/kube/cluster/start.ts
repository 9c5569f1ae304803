import type { Command } from 'commander';
import { startContainer } from '../../../../host/engine/containers.ts';
import { DEFAULT_CLUSTER } from '../../../../host/kube/cluster/cluster-names.ts';
import { findCluster } from '../../../../host/kube/cluster/list-clusters.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';
import { parseSeconds } from '../../../kube/seconds.ts';
import { awaitStartedCluster } from '../../../kube/start-cluster.ts';

const FIVE_MINUTES = 300;

export function define(command: Command, context: CliContext): void {
  command
    .argument('[cluster]', undefined, DEFAULT_CLUSTER)
    .option('--timeout <duration>', 'Longest wait, e.g. 90s or 5m', parseSeconds, FIVE_MINUTES)
    .action(async (name: string, { timeout }: { readonly timeout: number }) => {
      const engine = await connectEngine(context);
      const cluster = await findCluster(engine, name);
      await startContainer(engine, cluster.id);
      // The port of the API may have changed.
      printLine(context, await awaitStartedCluster(context, cluster, timeout));
    });
}

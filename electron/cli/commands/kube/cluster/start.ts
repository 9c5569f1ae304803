import type { Command } from 'commander';
import { startContainer } from '../../../../host/engine/containers.ts';
import { DEFAULT_CLUSTER } from '../../../../host/kube/cluster/cluster-names.ts';
import { findCluster } from '../../../../host/kube/cluster/list-clusters.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';
import { awaitStartedCluster } from '../../../kube/start-cluster.ts';
import { timeoutFlag } from '../../../kube/wait-flags.ts';

export function define(command: Command, context: CliContext): void {
  timeoutFlag(command.argument('[cluster]', undefined, DEFAULT_CLUSTER)).action(
    async (name: string, { timeout }: { readonly timeout: number }) => {
      const engine = await connectEngine(context);
      const cluster = await findCluster(engine, name);
      await startContainer(engine, cluster.id);
      // The port of the API may have changed.
      printLine(context, await awaitStartedCluster(context, cluster, timeout));
    },
  );
}

import type { Command } from 'commander';
import { clusterKubeconfig } from '../../../../host/kube/cluster/cluster-context.ts';
import { DEFAULT_CLUSTER } from '../../../../host/kube/cluster/cluster-names.ts';
import { findCluster } from '../../../../host/kube/cluster/list-clusters.ts';
import type { CliContext } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';
import { cancellable } from '../../../session/cancellable.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[cluster]', undefined, DEFAULT_CLUSTER).action(async (name: string) => {
    const engine = await connectEngine(context);
    const cluster = await findCluster(engine, name);
    const text = await cancellable(context, (signal) => clusterKubeconfig(engine, cluster, signal));
    context.stdout.write(text);
  });
}

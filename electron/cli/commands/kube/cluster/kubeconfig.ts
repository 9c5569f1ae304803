import type { Command } from 'commander';
import { stringify } from 'yaml';
import { awaitCluster } from '../../../../host/kube/cluster/await-cluster.ts';
import { kubeconfigOf } from '../../../../host/kube/cluster/cluster-context.ts';
import { clusterNames, DEFAULT_CLUSTER } from '../../../../host/kube/cluster/cluster-names.ts';
import { findCluster } from '../../../../host/kube/cluster/list-clusters.ts';
import type { CliContext } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';
import { cancellable } from '../../../session/cancellable.ts';

const ONE_MINUTE = 60;

export function define(command: Command, context: CliContext): void {
  command.argument('[cluster]', undefined, DEFAULT_CLUSTER).action(async (name: string) => {
    const engine = await connectEngine(context);
    const cluster = await findCluster(engine, name);
    const how = { timeout: ONE_MINUTE };
    const kubeconfig = await cancellable(context, (signal) =>
      awaitCluster(engine, cluster, how, () => {}, signal),
    );
    context.stdout.write(stringify(kubeconfigOf(clusterNames(name).context, kubeconfig)));
  });
}

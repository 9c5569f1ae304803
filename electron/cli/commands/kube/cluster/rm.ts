import type { Command } from 'commander';
import { HostError } from '../../../../host/base/errors.ts';
import { findCluster } from '../../../../host/kube/cluster/list-clusters.ts';
import { removeCluster } from '../../../../host/kube/cluster/remove-cluster.ts';
import { kubeconfigPaths } from '../../../../host/kube/contexts/kubeconfig.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';
import { confirm } from '../../../prompt/confirm.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<cluster>')
    .option('-f, --force', "Don't ask")
    .action(async (name: string, { force }: { readonly force?: boolean }) => {
      const engine = await connectEngine(context);
      const cluster = await findCluster(engine, name);
      const warning = `This removes the cluster "${name}" with everything that runs in it and all its data.`;
      if (!force && !(await confirm(context, warning))) {
        throw new HostError('cancelled', 'cancelled; nothing was removed');
      }
      const [path] = kubeconfigPaths(context.env);
      await removeCluster(engine, cluster, path);
      printLine(context, name);
    });
}

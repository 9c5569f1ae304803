import type { Command } from 'commander';
import { listRevisions } from '../../../../host/kube/workloads/revisions.ts';
import type { CliContext } from '../../../context.ts';
import { type KubeFlags, kubeFlags } from '../../../kube/kube-flags.ts';
import { namedWorkloads } from '../../../kube/named-workloads.ts';
import { openCluster } from '../../../kube/open-cluster.ts';
import { renderTable } from '../../../table.ts';

export function define(command: Command, context: CliContext): void {
  kubeFlags(command.argument('<kind/name>')).action(async (word: string, flags: KubeFlags) => {
    const target = await openCluster(context, flags, 'current');
    const [workload] = await namedWorkloads(target, [word]);
    const revisions = await listRevisions(target.client, workload);
    const rows = revisions.map(({ number, isCurrent, images, cause }) => [
      `${number}${isCurrent ? ' (current)' : ''}`,
      images.join(', '),
      cause,
    ]);
    context.stdout.write(renderTable([['REVISION', 'IMAGES', 'CHANGE CAUSE'], ...rows]));
  });
}

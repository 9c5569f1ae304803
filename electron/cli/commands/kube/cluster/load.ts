import type { Command } from 'commander';
import { DEFAULT_CLUSTER } from '../../../../host/kube/cluster/cluster-names.ts';
import { findCluster } from '../../../../host/kube/cluster/list-clusters.ts';
import { loadIntoCluster } from '../../../../host/kube/cluster/load-images.ts';
import { runWithProgress } from '../../../compose/run-with-progress.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command
    .argument('<image...>')
    .option('--cluster <cluster>', 'Cluster to load the images into', DEFAULT_CLUSTER)
    .action(async (images: string[], { cluster: name }: { readonly cluster: string }) => {
      const engine = await connectEngine(context);
      const cluster = await findCluster(engine, name);
      await runWithProgress(context, async (report, signal) => {
        for (const image of images) {
          report({ kind: 'image', name: image, state: 'working', text: 'Loading' });
          await loadIntoCluster(engine, cluster, [image], signal);
          report({ kind: 'image', name: image, state: 'done', text: 'Loaded' });
        }
      });
      for (const image of images) printLine(context, image);
    });
}

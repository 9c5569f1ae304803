import type { Command } from 'commander';
import { stopContainer } from '../../../../host/engine/containers.ts';
import { DEFAULT_CLUSTER } from '../../../../host/kube/cluster/cluster-names.ts';
import { findCluster } from '../../../../host/kube/cluster/list-clusters.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { connectEngine } from '../../../engine.ts';

export function define(command: Command, context: CliContext): void {
  command.argument('[cluster]', undefined, DEFAULT_CLUSTER).action(async (name: string) => {
    const engine = await connectEngine(context);
    const { id } = await findCluster(engine, name);
    await stopContainer(engine, id);
    printLine(context, name);
  });
}

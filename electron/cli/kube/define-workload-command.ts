import type { Command } from 'commander';
import type { KubeClient } from '../../host/kube/client/kube-client.ts';
import type { NamedWorkload } from '../../host/kube/workloads/revisions.ts';
import { type CliContext, printLine } from '../context.ts';
import { awaitWorkloads } from './await-workloads.ts';
import { type KubeFlags, kubeFlags } from './kube-flags.ts';
import { namedWorkloads } from './named-workloads.ts';
import { openCluster } from './open-cluster.ts';
import { type WaitFlags, waitFlags } from './wait-flags.ts';

/** A command that changes workloads, prints what it did, and waits for their pods. */
export function defineWorkloadCommand<Flags extends KubeFlags & WaitFlags>(
  command: Command,
  context: CliContext,
  change: (client: KubeClient, workload: NamedWorkload, flags: Flags) => Promise<string>,
): Command {
  const described = kubeFlags(command.argument('<kind/name...>'));
  return waitFlags(described, 'the pods are ready').action(
    async (words: string[], flags: Flags) => {
      const target = await openCluster(context, flags, 'current');
      const workloads = await namedWorkloads(target, words);
      for (const workload of workloads) {
        const done = await change(target.client, workload, flags);
        const { resource, name } = workload;
        printLine(context, `${resource.kind.toLowerCase()}/${name} ${done}`);
      }
      await awaitWorkloads(context, target, workloads, flags);
    },
  );
}

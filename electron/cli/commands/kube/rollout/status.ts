import type { Command } from 'commander';
import { objectPath } from '../../../../host/kube/client/resources.ts';
import { workloadSchema } from '../../../../host/kube/objects/workload.ts';
import { rolloutState } from '../../../../host/kube/workloads/rollout-state.ts';
import { type CliContext, printLine } from '../../../context.ts';
import { ExitStatus, exitCodes } from '../../../exit-code.ts';
import { awaitWorkloads } from '../../../kube/await-workloads.ts';
import { type KubeFlags, kubeFlags } from '../../../kube/kube-flags.ts';
import { namedWorkloads } from '../../../kube/named-workloads.ts';
import { openCluster } from '../../../kube/open-cluster.ts';
import { type WaitFlags, waitFlags } from '../../../kube/wait-flags.ts';

export function define(command: Command, context: CliContext): void {
  waitFlags(kubeFlags(command.argument('<kind/name...>')), 'the rollout is complete').action(
    async (words: string[], flags: KubeFlags & WaitFlags) => {
      const target = await openCluster(context, flags, 'current');
      const workloads = await namedWorkloads(target, words);
      await awaitWorkloads(context, target, workloads, flags);
      let isComplete = true;
      for (const { resource, name, namespace } of workloads) {
        const answer = await target.client.json('GET', objectPath(resource, name, namespace));
        const workload = workloadSchema.parse({ ...(answer as object), kind: resource.kind });
        const { isDone, text } = rolloutState(workload);
        isComplete &&= isDone;
        printLine(context, `${resource.kind.toLowerCase()}/${name}: ${text}`);
      }
      if (!isComplete) throw new ExitStatus(exitCodes.failure);
    },
  );
}

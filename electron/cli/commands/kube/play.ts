import type { Command } from 'commander';
import { applyAndWait } from '../../../host/kube/apply/apply-and-wait.ts';
import { deleteManifests } from '../../../host/kube/apply/delete-manifests.ts';
import type { CliContext } from '../../context.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { type ManifestFlags, manifestFlags, manifestsOf } from '../../kube/manifest-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { runWithKubeProgress } from '../../kube/run-with-kube-progress.ts';
import { type WaitFlags, waitFlags } from '../../kube/wait-flags.ts';

interface PlayFlags extends KubeFlags, ManifestFlags, WaitFlags {
  readonly forceConflicts?: boolean;
  readonly replace?: boolean;
}

export function define(command: Command, context: CliContext): void {
  const described = command.argument('[file...]');
  waitFlags(manifestFlags(kubeFlags(described)), 'the pods are ready')
    .option('--force-conflicts', 'Take over fields that other programs own')
    .option('--replace', 'Remove the objects first, then create them again')
    .action(async (files: string[], flags: PlayFlags) => {
      const manifests = await manifestsOf(context, flags, files);
      const target = await openCluster(context, flags, 'local');
      await runWithKubeProgress(context, async (report, signal) => {
        const { timeout, wait, forceConflicts: force = false } = flags;
        if (flags.replace) {
          const how = { volumes: false, wait: true, timeout };
          await deleteManifests(target, manifests, how, report, signal);
        }
        await applyAndWait(target, manifests, { force, wait, timeout }, report, signal);
      });
    });
}

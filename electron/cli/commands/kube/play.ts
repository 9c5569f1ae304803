import type { Command } from 'commander';
import { applyAndWait } from '../../../host/kube/apply/apply-and-wait.ts';
import { deleteManifests } from '../../../host/kube/apply/delete-manifests.ts';
import { tryManifests } from '../../../host/kube/apply/try-manifests.ts';
import type { CliContext } from '../../context.ts';
import { askUnlessLocal } from '../../kube/ask-for.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { type ManifestFlags, manifestFlags, manifestsOf } from '../../kube/manifest-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { runWithKubeProgress } from '../../kube/run-with-kube-progress.ts';
import { type WaitFlags, waitFlags } from '../../kube/wait-flags.ts';

interface PlayFlags extends KubeFlags, ManifestFlags, WaitFlags {
  readonly forceConflicts?: boolean;
  readonly replace?: boolean;
  readonly yes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  const described = command.argument('[file...]');
  waitFlags(manifestFlags(kubeFlags(described)), 'the pods are ready')
    .option('--force-conflicts', 'Take over fields that other programs own')
    .option('--replace', 'Remove the objects first, then create them again')
    .option('-y, --yes', "Don't ask before changing a cluster that isn't Berth's own")
    .action(async (files: string[], flags: PlayFlags) => {
      const manifests = await manifestsOf(context, flags, files);
      const target = await openCluster(context, flags, 'local');
      const { timeout, wait, forceConflicts: force = false, replace = false, yes = false } = flags;
      const { name } = target.client.context;
      await askUnlessLocal(context, target, {
        what: `change context "${name}"`,
        question: `Apply these files to context "${name}"?`,
        yes,
      });
      await runWithKubeProgress(context, async (report, signal) => {
        await tryManifests(target, manifests, { force, replace }, signal);
        if (replace) {
          const how = { storage: 'none' as const, wait: true, timeout };
          await deleteManifests(target, manifests, how, report, signal);
        }
        await applyAndWait(target, manifests, { force, wait, timeout }, report, signal);
      });
    });
}

import type { Command } from 'commander';
import { deleteManifests } from '../../../host/kube/apply/delete-manifests.ts';
import type { CliContext } from '../../context.ts';
import { askUnlessLocal } from '../../kube/ask-for.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { type ManifestFlags, manifestFlags, manifestsOf } from '../../kube/manifest-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { runWithKubeProgress } from '../../kube/run-with-kube-progress.ts';
import { type WaitFlags, waitFlags } from '../../kube/wait-flags.ts';

interface DownFlags extends KubeFlags, ManifestFlags, WaitFlags {
  readonly volumes?: boolean;
  readonly yes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  const described = command.argument('[file...]');
  waitFlags(manifestFlags(kubeFlags(described)), 'the objects are gone')
    .option('-v, --volumes', 'Remove persistent volume claims too. Their data is lost.')
    .option('-y, --yes', "Don't ask before deleting from a cluster that isn't Berth's own")
    .action(async (files: string[], flags: DownFlags) => {
      const manifests = await manifestsOf(context, flags, files);
      const target = await openCluster(context, flags, 'local');
      const { volumes, wait, timeout, yes = false } = flags;
      const { name } = target.client.context;
      await askUnlessLocal(context, target, {
        what: `delete objects in context "${name}"`,
        question: `Delete the objects of these files from context "${name}"?`,
        yes,
      });
      const storage = volumes ? 'all' : 'none';
      await runWithKubeProgress(context, (report, signal) =>
        deleteManifests(target, manifests, { storage, wait, timeout }, report, signal),
      );
    });
}

import type { Command } from 'commander';
import { deleteManifests } from '../../../host/kube/apply/delete-manifests.ts';
import type { CliContext } from '../../context.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { type ManifestFlags, manifestFlags, manifestsOf } from '../../kube/manifest-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { runWithKubeProgress } from '../../kube/run-with-kube-progress.ts';
import { type WaitFlags, waitFlags } from '../../kube/wait-flags.ts';

interface DownFlags extends KubeFlags, ManifestFlags, WaitFlags {
  readonly volumes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  const described = command.argument('[file...]');
  waitFlags(manifestFlags(kubeFlags(described)), 'the objects are gone')
    .option('-v, --volumes', 'Remove persistent volume claims too. Their data is lost.')
    .action(async (files: string[], flags: DownFlags) => {
      const manifests = await manifestsOf(context, flags, files);
      const target = await openCluster(context, flags, 'local');
      const { volumes = false, wait, timeout } = flags;
      await runWithKubeProgress(context, (report, signal) =>
        deleteManifests(target, manifests, { volumes, wait, timeout }, report, signal),
      );
    });
}

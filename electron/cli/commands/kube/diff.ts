import type { Command } from 'commander';
import { diffManifests } from '../../../host/kube/apply/diff-manifests.ts';
import type { CliContext } from '../../context.ts';
import { ExitStatus, exitCodes } from '../../exit-code.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { type ManifestFlags, manifestFlags, manifestsOf } from '../../kube/manifest-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { showDiff } from '../../kube/show-diff.ts';

interface DiffFlags extends KubeFlags, ManifestFlags {
  readonly forceConflicts?: boolean;
}

export function define(command: Command, context: CliContext): void {
  manifestFlags(kubeFlags(command.argument('[file...]')))
    .option('--force-conflicts', 'Take over fields that other programs own')
    .action(async (files: string[], flags: DiffFlags) => {
      const manifests = await manifestsOf(context, flags, files);
      const target = await openCluster(context, flags, 'current');
      const { signal } = new AbortController();
      const force = flags.forceConflicts ?? false;
      const diffs = await diffManifests(target, manifests, { force }, signal);
      showDiff(context, diffs);
      // As `kubectl diff`, for scripts.
      if (diffs.some(({ change }) => change !== 'none')) throw new ExitStatus(exitCodes.failure);
    });
}

import type { Command } from 'commander';
import { diffManifests } from '../../../host/kube/apply/diff-manifests.ts';
import type { CliContext } from '../../context.ts';
import { ExitStatus, exitCodes, notRun } from '../../exit-code.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { type ManifestFlags, manifestFlags, manifestsOf } from '../../kube/manifest-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { showDiff } from '../../kube/show-diff.ts';
import { cancellable } from '../../session/cancellable.ts';

interface DiffFlags extends KubeFlags, ManifestFlags {
  readonly forceConflicts?: boolean;
}

/** The exit code of errors. */
const FAILED = 2;

export function define(command: Command, context: CliContext): void {
  manifestFlags(kubeFlags(command.argument('[file...]')))
    .option('--force-conflicts', 'Take over fields that other programs own')
    .action(async (files: string[], flags: DiffFlags) => {
      // As `kubectl diff`, whose 1 means a difference.
      const diffs = await diffOf(context, files, flags).catch((error: unknown) => {
        throw notRun(error, FAILED);
      });
      showDiff(context, diffs);
      if (diffs.some(({ change }) => change !== 'none')) throw new ExitStatus(exitCodes.failure);
    });
}

async function diffOf(context: CliContext, files: readonly string[], flags: DiffFlags) {
  const manifests = await manifestsOf(context, flags, files);
  const target = await openCluster(context, flags, 'current');
  const force = flags.forceConflicts ?? false;
  return cancellable(context, (signal) => diffManifests(target, manifests, { force }, signal));
}

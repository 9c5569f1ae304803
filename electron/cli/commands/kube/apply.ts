import type { Command } from 'commander';
import { HostError } from '../../../host/base/errors.ts';
import { applyAndWait } from '../../../host/kube/apply/apply-and-wait.ts';
import { diffManifests, type ObjectDiff } from '../../../host/kube/apply/diff-manifests.ts';
import type { KubeTarget } from '../../../host/kube/apply/target.ts';
import { berthKube } from '../../../host/kube/contexts/berth-kube.ts';
import { type CliContext, printLine } from '../../context.ts';
import { askFor } from '../../kube/ask-for.ts';
import { prepareClusterImages } from '../../kube/cluster-images.ts';
import { type KubeFlags, kubeFlags } from '../../kube/kube-flags.ts';
import { type ManifestFlags, manifestFlags, manifestsOf } from '../../kube/manifest-flags.ts';
import { openCluster } from '../../kube/open-cluster.ts';
import { runWithKubeProgress } from '../../kube/run-with-kube-progress.ts';
import { showDiff, summaryOf } from '../../kube/show-diff.ts';
import { type WaitFlags, waitFlags } from '../../kube/wait-flags.ts';
import { cancellable } from '../../session/cancellable.ts';

interface ApplyFlags extends KubeFlags, ManifestFlags, WaitFlags {
  readonly forceConflicts?: boolean;
  readonly registry?: string;
  readonly yes?: boolean;
}

export function define(command: Command, context: CliContext): void {
  const described = command.argument('[file...]');
  waitFlags(manifestFlags(kubeFlags(described)), 'the pods are ready')
    .option('--force-conflicts', 'Take over fields that other programs own')
    .option('--registry <host/path>', 'Push images that exist only here to this registry first')
    .option('-y, --yes', "Don't ask before changing the cluster")
    .action((files: string[], flags: ApplyFlags) => apply(context, files, flags));
}

async function apply(
  context: CliContext,
  files: readonly string[],
  flags: ApplyFlags,
): Promise<void> {
  const read = await manifestsOf(context, flags, files);
  const target = await openCluster(context, flags, 'current');
  const { wait, timeout, forceConflicts: force = false, yes = false } = flags;
  const manifests = await prepareClusterImages(context, target, read, {
    ...{ registry: flags.registry, yes },
  });
  const diffs = await cancellable(context, (signal) =>
    diffManifests(target, manifests, { force }, signal),
  );
  showDiff(context, diffs);
  printLine(context, summaryOf(diffs));
  if (diffs.some(({ change }) => change !== 'none')) await ask(context, target, yes);
  const changed = diffs.filter(({ change }) => change === 'update');
  await runWithKubeProgress(context, async (report, leaving) => {
    await applyAndWait(target, manifests, { force, wait, timeout }, report, leaving);
  }).catch((error: unknown) => {
    throw withUndo(error, target, changed);
  });
}

async function ask(context: CliContext, { client }: KubeTarget, yes: boolean): Promise<void> {
  await askFor(context, {
    what: `change context "${client.context.name}"`,
    question: `Apply these changes to context "${client.context.name}"?`,
    yes,
  });
}

const UNDOABLE = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** The error of a rollout, with the commands that bring back what ran before. */
function withUndo(error: unknown, { client }: KubeTarget, changed: readonly ObjectDiff[]): unknown {
  const isRollout =
    error instanceof HostError && (error.code === 'timeout' || error.code === 'engine');
  const undoable = changed.filter(({ manifest }) => UNDOABLE.includes(manifest.object.kind));
  if (!isRollout || error.hint !== undefined || undoable.length === 0) return error;
  const commands = undoable.map(
    ({ manifest: { object }, placed }) =>
      `  ${berthKube(client.context, placed.namespace)} rollout undo ${object.kind.toLowerCase()}/${object.metadata.name}`,
  );
  return new HostError(error.code, error.message, {
    hint: ['To go back to the previous version:', ...commands].join('\n'),
    cause: error,
  });
}

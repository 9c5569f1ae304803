import { awaitRollout } from '../../host/kube/apply/await-rollout.ts';
import type { KubeTarget } from '../../host/kube/apply/target.ts';
import type { NamedWorkload } from '../../host/kube/workloads/revisions.ts';
import type { CliContext } from '../context.ts';
import { runWithKubeProgress } from './run-with-kube-progress.ts';
import type { WaitFlags } from './wait-flags.ts';

/** Waits until workloads run as they should, with progress, unless `--no-wait`. */
export async function awaitWorkloads(
  context: CliContext,
  { client }: KubeTarget,
  workloads: readonly NamedWorkload[],
  { wait, timeout }: WaitFlags,
): Promise<void> {
  if (!wait) return;
  await runWithKubeProgress(context, (report, signal) =>
    awaitRollout(client, workloads, { timeout }, report, signal),
  );
}

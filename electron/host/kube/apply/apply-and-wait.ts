import type { Manifest } from '../manifests/manifest.ts';
import type { ReportProgress } from '../progress.ts';
import { type Applied, applyManifests } from './apply-manifests.ts';
import { type Awaited, awaitRollout } from './await-rollout.ts';
import type { KubeTarget } from './target.ts';

/** Applies manifests, then waits until their pods are ready. Rejects with the reason if they don't get ready. */
export async function applyAndWait(
  target: KubeTarget,
  manifests: readonly Manifest[],
  options: { readonly force: boolean; readonly wait: boolean; readonly timeout: number },
  report: ReportProgress,
  signal: AbortSignal,
): Promise<Applied[]> {
  const applied = await applyManifests(target, manifests, options, report, signal);
  if (options.wait) {
    await awaitRollout(target.client, applied.flatMap(awaitedOf), options, report, signal);
  }
  return applied;
}

function awaitedOf({ manifest, placed: { resource, namespace } }: Applied): Awaited[] {
  const { name } = manifest.object.metadata;
  return namespace === undefined ? [] : [{ resource, namespace, name }];
}

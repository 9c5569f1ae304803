import { HostError } from '../../base/errors.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { dryRuns } from './dry-runs.ts';
import type { KubeTarget } from './target.ts';

/**
 * Asks a cluster whether it would take the manifests, and changes nothing. Rejects with HostError
 * 'invalid' for the mistakes of a file, before anything is removed or only a part is applied.
 */
export async function tryManifests(
  target: KubeTarget,
  manifests: readonly Manifest[],
  { force, replace }: { readonly force: boolean; readonly replace: boolean },
  signal: AbortSignal,
): Promise<void> {
  // The cluster doesn't know kinds that the same files define.
  if (manifests.some(({ object }) => object.kind === 'CustomResourceDefinition')) return;
  // Fields that can't change can be different after the object was removed.
  const skips = (error: unknown) =>
    replace && error instanceof HostError && /immutable|forbidden: updates/i.test(error.message);
  for await (const _ of dryRuns(target, manifests, { force, skips }, signal)) {
    // Only refusals count.
  }
}

import { HostError } from '../../base/errors.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { diffManifests } from './diff-manifests.ts';
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
  for (const manifest of manifests) {
    const namespaces = manifests.filter(({ object }) => object.kind === 'Namespace');
    const alone = manifest.object.kind === 'Namespace' ? [manifest] : [...namespaces, manifest];
    await diffManifests(target, alone, { force }, signal).catch((error) => {
      // Fields that can't change can be different after the object was removed.
      const isFixed =
        error instanceof HostError && /immutable|forbidden: updates/i.test(error.message);
      if (!replace || !isFixed) throw error;
    });
  }
}

import { isNotFound } from '../client/api-error.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { inOrder } from '../manifests/order.ts';
import type { KubeObject } from '../objects/kube-object.ts';
import { applyOne, readLive } from './apply-manifests.ts';
import { type KubeTarget, type Placed, placeManifest } from './target.ts';

/** What a cluster would make of a manifest. */
export interface DryRun {
  readonly manifest: Manifest;
  readonly placed: Placed;
  /** Undefined if the object doesn't exist. */
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
}

export interface DryRunOptions {
  readonly force: boolean;
  /** Skips the manifests that the cluster refuses with such an error. */
  readonly skips?: (error: unknown) => boolean;
}

/**
 * Asks a cluster what it would make of manifests, in the order in which they are applied. Changes
 * nothing. Throws as applying would.
 */
export async function* dryRuns(
  target: KubeTarget,
  manifests: readonly Manifest[],
  { force, skips = () => false }: DryRunOptions,
  signal: AbortSignal,
): AsyncGenerator<DryRun, void, undefined> {
  const isNew = new Set<string>();
  for (const manifest of inOrder(manifests)) {
    const { kind, metadata } = manifest.object;
    try {
      const placed = await placeManifest(target, manifest);
      const before = await readLive(target, placed, signal);
      if (kind === 'Namespace' && !before) isNew.add(metadata.name);
      const after = await dryRun(target, manifest, placed, { force, isNew }, signal);
      yield { manifest, placed, before, after };
    } catch (error) {
      if (!skips(error)) throw error;
    }
  }
}

/** An object in a namespace that the same files create can't be tried: it is shown as it is. */
async function dryRun(
  target: KubeTarget,
  manifest: Manifest,
  placed: Placed,
  { force, isNew }: { readonly force: boolean; readonly isNew: ReadonlySet<string> },
  signal: AbortSignal,
): Promise<KubeObject> {
  try {
    return await applyOne(target, manifest, placed, { force, dryRun: true }, signal);
  } catch (error) {
    const isInNew = placed.namespace !== undefined && isNew.has(placed.namespace);
    if (!isInNew || !isNotFound(error)) throw error;
    const { object } = manifest;
    return { ...object, metadata: { ...object.metadata, uid: '', namespace: placed.namespace } };
  }
}

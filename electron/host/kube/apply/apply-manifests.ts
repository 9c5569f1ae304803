import { unlessNotFound } from '../client/api-error.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { inOrder } from '../manifests/order.ts';
import { type KubeObject, readObject } from '../objects/kube-object.ts';
import type { ReportProgress } from '../progress.ts';
import { awaitEstablished } from './await-established.ts';
import { type KubeTarget, type Placed, placeManifest, withPlaces } from './target.ts';

/** The name under which Berth owns fields. */
export const FIELD_MANAGER = 'berth';

export interface ApplyOptions {
  /** Takes over fields that other programs own. */
  readonly force?: boolean;
}

/** An object as it is after it was applied. */
export interface Applied {
  readonly manifest: Manifest;
  readonly placed: Placed;
  readonly object: KubeObject;
  readonly outcome: 'created' | 'configured' | 'unchanged';
}

/**
 * Applies manifests, in the order in which they need one another (server-side apply). Stops at the
 * first failure, with HostError 'invalid' for mistakes of a file.
 */
export async function applyManifests(
  target: KubeTarget,
  manifests: readonly Manifest[],
  { force = false }: ApplyOptions,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<Applied[]> {
  const applied: Applied[] = [];
  for (const manifest of inOrder(manifests)) {
    signal.throwIfAborted();
    const placed = await placeManifest(target, manifest);
    const { kind, metadata } = manifest.object;
    const about = { kind, name: metadata.name, namespace: placed.namespace };
    const before = await readLive(target, placed, signal);
    const object = await applyOne(target, manifest, placed, { force }, signal);
    const outcome =
      before === undefined
        ? 'created'
        : before.metadata.resourceVersion === object.metadata.resourceVersion
          ? 'unchanged'
          : 'configured';
    applied.push({ manifest, placed, object, outcome });
    report({ ...about, state: 'done', text: WORDS[outcome] });
    if (kind === 'CustomResourceDefinition') await awaitEstablished(target, placed, signal);
  }
  return applied;
}

const WORDS = { created: 'Created', configured: 'Changed', unchanged: 'Unchanged' } as const;

/** The object as it is in the cluster. */
export async function readLive(
  { client }: KubeTarget,
  { path }: Placed,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const answer = await client.json('GET', path, { signal }).catch(unlessNotFound);
  return answer === undefined ? undefined : readObject(answer);
}

/** Server-side apply of one object; with `dryRun`, only what it would become. */
export async function applyOne(
  { client }: KubeTarget,
  manifest: Manifest,
  { path, namespace }: Placed,
  { force, dryRun = false }: { readonly force: boolean; readonly dryRun?: boolean },
  signal: AbortSignal,
): Promise<KubeObject> {
  const { object } = manifest;
  const metadata = { ...object.metadata, ...(namespace !== undefined && { namespace }) };
  try {
    const answer = await client.json('PATCH', path, {
      query: {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        ...(force && { force }),
        ...(dryRun && { dryRun: 'All' }),
      },
      type: 'application/apply-patch+yaml',
      body: { ...object, metadata },
      signal,
    });
    return readObject(answer);
  } catch (error) {
    throw withPlaces(manifest, error);
  }
}

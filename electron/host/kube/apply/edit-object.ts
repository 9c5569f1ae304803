import { stringify } from 'yaml';
import { HostError } from '../../base/errors.ts';
import { objectPath } from '../client/resources.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { ManifestError } from '../manifests/manifest-error.ts';
import { type KubeObject, readObject } from '../objects/kube-object.ts';
import type { NamedWorkload } from '../workloads/revisions.ts';
import { FIELD_MANAGER, readLive } from './apply-manifests.ts';
import { bare, diffOf, type ObjectDiff } from './diff-manifests.ts';
import { type KubeTarget, type Placed, placeManifest, withPlaces } from './target.ts';

/** An object as text, and its version in the cluster. */
export interface EditableObject {
  readonly text: string;
  readonly version: string;
}

/** The object that a text is a new version of. */
export interface EditedObject extends NamedWorkload {
  readonly version: string;
}

/** Reads an object for an editor, without what the cluster itself keeps. */
export async function readEditable(
  { client }: KubeTarget,
  { resource, namespace, name }: NamedWorkload,
): Promise<EditableObject> {
  const answer = await client.json('GET', objectPath(resource, name, namespace));
  const object = readObject(answer);
  const { apiVersion, kind } = resource;
  return {
    text: stringify(bare({ ...object, apiVersion, kind })),
    version: object.metadata.resourceVersion ?? '',
  };
}

/**
 * What saving an edited object would change, from a dry run in the cluster. Throws ManifestError for
 * mistakes, and KubeApiError with status 409 if the object has changed meanwhile.
 */
export async function planEdit(
  target: KubeTarget,
  manifests: readonly Manifest[],
  edited: EditedObject,
  signal: AbortSignal,
): Promise<ObjectDiff> {
  const { manifest, placed } = await placeEdit(target, manifests, edited);
  const before = await readLive(target, placed, signal);
  const after = await replace(target, manifest, placed, { ...edited, dryRun: true }, signal);
  return diffOf({ manifest, placed, before, after });
}

/** Saves an edited object. Unlike applying, this also removes what the text doesn't have. */
export async function saveEdit(
  target: KubeTarget,
  manifests: readonly Manifest[],
  edited: EditedObject,
  signal: AbortSignal,
): Promise<void> {
  const { manifest, placed } = await placeEdit(target, manifests, edited);
  await replace(target, manifest, placed, { ...edited, dryRun: false }, signal);
}

async function placeEdit(
  target: KubeTarget,
  manifests: readonly Manifest[],
  { resource, namespace, name }: EditedObject,
): Promise<{ readonly manifest: Manifest; readonly placed: Placed }> {
  const [manifest, second] = manifests;
  if (!manifest) throw new HostError('invalid', 'the text has no Kubernetes object');
  const error = (of: Manifest, path: readonly string[], message: string) =>
    new ManifestError([{ severity: 'error', file: of.file, ...of.placeOf(path), message }]);
  if (second) throw error(second, [], 'only one object can be edited here');
  const { object } = manifest;
  if (object.kind !== resource.kind) throw error(manifest, ['kind'], "the kind can't be changed");
  if (object.metadata.name !== name) {
    throw error(manifest, ['metadata', 'name'], "the name can't be changed");
  }
  const placed = await placeManifest({ ...target, namespace }, manifest);
  if (placed.namespace !== undefined && placed.namespace !== namespace) {
    throw error(manifest, ['metadata', 'namespace'], "the namespace can't be changed");
  }
  return { manifest, placed };
}

async function replace(
  { client }: KubeTarget,
  manifest: Manifest,
  { path, namespace }: Placed,
  { version, dryRun }: { readonly version: string; readonly dryRun: boolean },
  signal: AbortSignal,
): Promise<KubeObject> {
  const { object } = manifest;
  const metadata = { ...object.metadata, namespace, resourceVersion: version };
  try {
    const answer = await client.json('PUT', path, {
      query: {
        fieldManager: FIELD_MANAGER,
        fieldValidation: 'Strict',
        ...(dryRun && { dryRun: 'All' }),
      },
      body: { ...object, metadata },
      signal,
    });
    return readObject(answer);
  } catch (error) {
    throw withPlaces(manifest, error);
  }
}

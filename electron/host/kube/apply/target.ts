import { HostError, hintsOf } from '../../base/errors.ts';
import type { Problem } from '../../compose/file/problem.ts';
import { KubeApiError } from '../client/api-error.ts';
import type { KubeClient } from '../client/kube-client.ts';
import { type KubeResource, type KubeResources, objectPath } from '../client/resources.ts';
import { fieldPath } from '../manifests/field-path.ts';
import type { Manifest } from '../manifests/manifest.ts';
import { ManifestError } from '../manifests/manifest-error.ts';

/** A cluster, and where objects without a namespace go. */
export interface KubeTarget {
  readonly client: KubeClient;
  readonly resources: KubeResources;
  readonly namespace: string;
  /** Whether the user chose the namespace: then no file may name another. */
  readonly isNamespaceFixed: boolean;
}

/** A manifest's address in a cluster. */
export interface Placed {
  readonly resource: KubeResource;
  readonly namespace: string | undefined;
  readonly path: string;
}

/** Rejects with HostError 'invalid', with the manifest's place, if the cluster can't hold it. */
export async function placeManifest(target: KubeTarget, manifest: Manifest): Promise<Placed> {
  const { object } = manifest;
  const resource = await target.resources
    .ofKind(object.apiVersion, object.kind)
    .catch((error: unknown) => {
      throw error instanceof HostError && error.code === 'invalid'
        ? at(manifest, ['kind'], error.message, error)
        : error;
    });
  const { name, namespace: own } = object.metadata;
  const fixed = target.isNamespaceFixed ? target.namespace : undefined;
  if (resource.isNamespaced && own !== undefined && fixed !== undefined && own !== fixed) {
    const message = `the file says namespace "${own}", but --namespace says "${fixed}"`;
    throw at(manifest, ['metadata', 'namespace'], message);
  }
  const namespace = resource.isNamespaced ? (own ?? target.namespace) : undefined;
  return { resource, namespace, path: objectPath(resource, name, namespace) };
}

/** An error of the API about a manifest, with the lines that it is about. */
export function withPlaces(manifest: Manifest, error: unknown): unknown {
  if (!(error instanceof KubeApiError)) return error;
  const { kind, metadata } = manifest.object;
  const own = `${kind} "${metadata.name}"`;
  const unknownFields = [...error.message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)];
  const mistakes =
    unknownFields.length > 0
      ? unknownFields.map(([text, , field = '']) => ({ field, message: text }))
      : error.reason === 'Invalid'
        ? error.causes.map(({ field, message }) => ({ field, message: `${field}: ${message}` }))
        : [];
  const problems = mistakes.map(
    ({ field, message }): Problem => ({
      ...{ severity: 'error', file: manifest.file },
      ...manifest.placeOf(fieldPath(field)),
      message: `${own}: ${message}`,
    }),
  );
  if (problems.length > 0) return new ManifestError(problems, { cause: error });
  if (error.status !== 400 && error.status !== 422) return named(own, error);
  const [, value, field, type] = WRONG_TYPE.exec(error.message) ?? [];
  if (field !== undefined) {
    const message = `${field} must be of type ${type}, not ${value}`;
    return at(manifest, fieldPath(field), message, error);
  }
  return at(manifest, [], error.message, error);
}

/** How the API server names a value of the wrong type, without the numbers of items. */
const WRONG_TYPE = /cannot unmarshal (\w+) into Go struct field \w+\.(\S+) of type (\S+)/;

/** The same error, with the object that it is about. */
function named(own: string, error: KubeApiError): KubeApiError {
  const { status = 0, reason, causes } = error;
  const message =
    error.message.includes('\n') || !error.message.includes(own)
      ? `${own}: ${error.message}`
      : error.message;
  return new KubeApiError(status, message, {
    ...{ reason, causes, cause: error },
    ...hintsOf(error),
  });
}

function at(
  manifest: Manifest,
  path: readonly PropertyKey[],
  message: string,
  cause?: unknown,
): HostError {
  const { file, object } = manifest;
  const problem: Problem = {
    ...{ severity: 'error', file, ...manifest.placeOf(path) },
    message: `${object.kind} "${object.metadata.name}": ${message}`,
  };
  return new ManifestError([problem], { ...(cause instanceof HostError && hintsOf(cause)), cause });
}

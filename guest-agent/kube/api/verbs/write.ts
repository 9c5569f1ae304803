import type { Pod } from 'kubernetes-types/core/v1.js';
import type { ManagedFieldsEntry, ObjectMeta } from 'kubernetes-types/meta/v1.js';
import { setDefaults } from '../../defaults/defaults.ts';
import { KubeError } from '../../kube-error.ts';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import { apiVersionOf, type Resource } from '../../objects/resource.ts';
import { randomName } from '../../objects/safe-name.ts';
import { timestamp } from '../../objects/timestamp.ts';
import { decode, isObject, type Json, type JsonObject } from '../../schema/decode.ts';
import { notEnforced } from '../../validation/not-enforced.ts';
import { validate } from '../../validation/validate.ts';
import type { Api, ApiRequest } from '../api.ts';
import type { Target } from '../target.ts';

const SERVER_FIELDS = [
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** An object that a request sends, with what is to be said about it. */
export interface Admitted {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
}

/** Reads the object of a request as its kind. Throws KubeError. */
export function readObject(
  { schemas }: Api,
  { target, query }: Pick<ApiRequest, 'target' | 'query'>,
  body: Json | undefined,
): Admitted {
  const { resource } = target;
  if (!isObject(body))
    throw new KubeError('BadRequest', 'The request needs an object as its body.');
  checkKind(resource, body);
  const { value, unknown } = decode(schemas, schemas.of(resource), body, resource.kind);
  const mode = query.get('fieldValidation') ?? 'Warn';
  const complaints = unknown.map((field) => `unknown field "${field}"`);
  if (complaints.length > 0 && mode === 'Strict') {
    throw new KubeError(
      'BadRequest',
      `${resource.kind} in version "${resource.version}" cannot be handled as a ${resource.kind}: strict decoding error: ${complaints.join(', ')}`,
    );
  }
  const object = value as KubeObject;
  const warnings = mode === 'Warn' ? complaints : [];
  return { object, warnings: [...warnings, ...notEnforced(resource, object)] };
}

function checkKind(resource: Resource, { apiVersion, kind }: JsonObject): void {
  const expected = apiVersionOf(resource);
  if (kind !== undefined && kind !== resource.kind) {
    throw new KubeError(
      'BadRequest',
      `the kind in the data (${kind}) does not match the expected kind (${resource.kind})`,
    );
  }
  if (apiVersion !== undefined && apiVersion !== expected) {
    throw new KubeError(
      'BadRequest',
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
}

/** The object with its place. Throws KubeError 'BadRequest' if it names another one. */
export function placed({ resource, namespace, name }: Target, object: KubeObject): KubeObject {
  const { namespace: given, ...metadata } = object.metadata ?? {};
  if (resource.isNamespaced && given !== undefined && given !== namespace) {
    throw new KubeError(
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  if (name !== undefined && metadata.name !== undefined && metadata.name !== name) {
    throw new KubeError(
      'BadRequest',
      `the name of the object (${metadata.name}) does not match the name on the URL (${name})`,
    );
  }
  const { generateName } = metadata;
  const generated = generateName && randomName(generateName);
  const chosen = metadata.name || name || generated;
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(chosen === undefined ? {} : { name: chosen }),
      ...(resource.isNamespaced && namespace !== undefined ? { namespace } : {}),
    },
  };
}

/** With its kind, the defaults and what the cluster sets; refused if it isn't valid. */
export function completed(
  { admit }: Api,
  resource: Resource,
  object: KubeObject,
  current?: Stored<KubeObject>,
  subresource?: string,
): KubeObject {
  const { apiVersion: _, kind: __, ...rest } = object;
  const typed = { apiVersion: apiVersionOf(resource), kind: resource.kind, ...rest };
  const defaulted = setDefaults(resource, typed);
  validate(resource, defaulted, current, subresource);
  return admit(resource, defaulted, current);
}

/** The new object with what only the server sets, taken from the current one. */
export function keepServerFields(
  resource: Resource,
  object: KubeObject,
  current: Stored<KubeObject>,
  subresource: string | undefined,
): Stored<KubeObject> {
  const { uid, resourceVersion } = object.metadata ?? {};
  if (uid !== undefined && uid !== current.metadata.uid) {
    throw new KubeError(
      'Conflict',
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${current.metadata.uid}`,
    );
  }
  const { generation, deletionTimestamp, deletionGracePeriodSeconds, namespace } = current.metadata;
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  const kept = {
    ...withoutServerFields(metadata),
    name: current.metadata.name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: current.metadata.uid,
    creationTimestamp: current.metadata.creationTimestamp,
    resourceVersion: resourceVersion ?? current.metadata.resourceVersion,
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    ...(deletionGracePeriodSeconds === undefined ? {} : { deletionGracePeriodSeconds }),
  };
  const { apiVersion, kind } = current;
  const status = 'status' in object ? { status: object.status } : {};
  if (subresource === 'status') return { ...current, metadata: kept, ...status };
  if (subresource === 'ephemeralcontainers') return withDebugContainers(current, object);
  if (!resource.hasStatus) return { ...object, apiVersion, kind, metadata: kept };
  const { status: __, ...spec }: KubeObject & { status?: unknown } = object;
  const currentStatus = 'status' in current ? { status: current.status } : {};
  return { ...spec, apiVersion, kind, metadata: kept, ...currentStatus };
}

/** The subresource of pods that adds containers changes nothing else. */
function withDebugContainers(current: Stored<KubeObject>, object: KubeObject): Stored<KubeObject> {
  const { ephemeralContainers = [] } = (object as Stored<Pod>).spec ?? {};
  const resourceVersion = object.metadata?.resourceVersion ?? current.metadata.resourceVersion;
  return {
    ...{ ...current, metadata: { ...current.metadata, resourceVersion } },
    ...{ spec: { ...(current as Stored<Pod>).spec, ephemeralContainers } },
  };
}

/** Metadata without what only the server sets. */
export function withoutServerFields(metadata: ObjectMeta): ObjectMeta {
  const kept = { ...metadata };
  for (const field of SERVER_FIELDS) delete kept[field];
  return kept;
}

/** Who changes fields, as `fieldManager` or the program's name says. */
export function managerOf({ target, query, headers }: ApiRequest) {
  const agent = String(headers['user-agent'] ?? '').split('/')[0];
  const { resource, subresource } = target;
  return {
    name: query.get('fieldManager') || agent || 'unknown',
    apiVersion: apiVersionOf(resource),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

export function withManagedFields<T extends KubeObject>(
  object: T,
  managedFields: readonly ManagedFieldsEntry[],
): T {
  return { ...object, metadata: { ...object.metadata, managedFields: [...managedFields] } };
}

/** Throws KubeError 'BadRequest' for an unknown value. */
export function isDryRun(query: URLSearchParams): boolean {
  const values = query.getAll('dryRun');
  if (values.some((value) => value !== 'All')) {
    throw new KubeError('BadRequest', `Invalid value: ${JSON.stringify(values)}: dryRun`);
  }
  return values.length > 0;
}

/** What a create would store. */
export function asIfCreated(object: KubeObject): Stored<KubeObject> {
  const { metadata = {}, apiVersion = '', kind = '' } = object;
  const { name = '' } = metadata;
  return {
    ...{ ...object, apiVersion, kind },
    metadata: {
      ...metadata,
      ...{ name, uid: crypto.randomUUID(), resourceVersion: '', creationTimestamp: timestamp() },
    },
  };
}

export const asJson = (object: KubeObject): JsonObject => object as unknown as JsonObject;

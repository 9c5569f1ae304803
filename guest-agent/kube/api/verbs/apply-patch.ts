import { isDeepStrictEqual } from 'node:util';
import type { ManagedFieldsEntry } from 'kubernetes-types/meta/v1.js';
import { KubeError } from '../../kube-error.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import { isObject } from '../../schema/decode.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { apply } from '../apply/apply.ts';
import { checkRights } from '../check-rights.ts';
import { represent } from '../table/represent.ts';
import { keyOfTarget } from '../target.ts';
import { checkNamespace, store, withoutStatus } from './create.ts';
import { currentObject } from './update.ts';
import {
  asJson,
  completed,
  isDryRun,
  keepServerFields,
  managerOf,
  placed,
  readObject,
  withManagedFields,
  withoutServerFields,
} from './write.ts';

/** Server-side apply. Creates the object if there is none. */
export async function applyPatch(api: Api, request: ApiRequest): Promise<Reply> {
  const { target, query, headers } = request;
  const { resource, subresource } = target;
  if (!query.get('fieldManager')) {
    throw new KubeError(
      'BadRequest',
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const sent = await request.body();
  if (isObject(sent) && isObject(sent.metadata) && sent.metadata.managedFields) {
    throw new KubeError('BadRequest', 'metadata.managedFields must be nil');
  }
  const { object, warnings } = readObject(api, request, sent);
  const wanted = ownPart(request, placed(target, object));
  const current = api.objects.get(resource, keyOfTarget(target));
  const isForced = query.get('force') === 'true';
  const schema = { schemas: api.schemas, schema: api.schemas.of(resource) };
  const applied = apply(
    ...([schema, current && asJson(current), asJson(wanted)] as const),
    ...([current?.metadata.managedFields, managerOf(request), isForced] as const),
  );
  const merged = applied.object as KubeObject;
  if (current === undefined) {
    // A part of an object doesn't create the object.
    if (subresource !== undefined) currentObject(api, request);
    checkRights(request, 'create');
    checkNamespace(api, target);
    const metadata = withoutServerFields(merged.metadata ?? {});
    const created = completed(api, resource, { ...merged, metadata });
    request.rights?.checkGrants(resource, created);
    const whole = withManagedFields(created, applied.managedFields);
    const stored = await store(api, resource, whole, isDryRun(query));
    const body = represent(resource, stored, headers, query);
    return { kind: 'object', status: 201, body, warnings };
  }
  const kept = keepServerFields(resource, merged, current, subresource);
  const whole = {
    ...kept,
    ...completed(api, resource, kept, current, subresource),
    metadata: kept.metadata,
  };
  request.rights?.checkGrants(resource, whole);
  const isSame = isDeepStrictEqual(withoutManagers(whole), withoutManagers(current));
  const fields = isSame
    ? sameTimes(applied.managedFields, current.metadata.managedFields)
    : applied.managedFields;
  const changed = withManagedFields(whole, fields);
  const stored = isDryRun(query) ? changed : await api.objects.update(resource, changed);
  const body = represent(resource, stored, headers, query);
  return { kind: 'object', status: 200, body, warnings };
}

/** The part that a subresource stands for. */
function ownPart({ target }: ApiRequest, object: KubeObject): KubeObject {
  const { resource, subresource } = target;
  if (subresource !== 'status') return withoutStatus(resource, object);
  const { apiVersion, kind, metadata } = object;
  return {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    ...(metadata ? { metadata } : {}),
    ...('status' in object ? { status: object.status } : {}),
  };
}

const withoutManagers = (object: KubeObject) => ({
  ...object,
  metadata: { ...object.metadata, managedFields: undefined },
});

/** Applying the same again changes nothing, not even the time. */
function sameTimes(
  entries: readonly ManagedFieldsEntry[],
  previous: readonly ManagedFieldsEntry[] = [],
): ManagedFieldsEntry[] {
  return entries.map((entry) => {
    const before = previous.find((other) =>
      isDeepStrictEqual({ ...other, time: undefined }, { ...entry, time: undefined }),
    );
    return before ?? entry;
  });
}

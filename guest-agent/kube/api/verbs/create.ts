import { KubeError, unknownPath } from '../../kube-error.ts';
import type { KubeObject } from '../../objects/kube-object.ts';
import { type Resource, resourceName } from '../../objects/resource.ts';
import { namespaces } from '../../objects/resources.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { recordUpdate } from '../apply/record-update.ts';
import { represent } from '../table/represent.ts';
import type { Target } from '../target.ts';
import {
  asIfCreated,
  asJson,
  completed,
  isDryRun,
  managerOf,
  placed,
  readObject,
  withManagedFields,
  withoutServerFields,
} from './write.ts';

export async function create(api: Api, request: ApiRequest): Promise<Reply> {
  const { target, query, headers } = request;
  const { resource } = target;
  const { object: sent, warnings } = readObject(api, request, await request.body());
  const place = placed(target, sent);
  checkNamespace(api, target);
  const { metadata = {}, ...rest } = withoutStatus(resource, place);
  if (metadata.resourceVersion) {
    throw new KubeError('BadRequest', 'resourceVersion should not be set on objects to be created');
  }
  const object = completed(api, resource, { ...rest, metadata: withoutServerFields(metadata) });
  request.rights?.checkGrants(resource, object);
  const schema = { schemas: api.schemas, schema: api.schemas.of(resource) };
  const fields = recordUpdate(schema, undefined, asJson(object), undefined, managerOf(request));
  const whole = withManagedFields(object, fields);
  const stored = await store(api, resource, whole, isDryRun(query));
  const body = represent(resource, stored, headers, query);
  return { kind: 'object', status: 201, body, warnings };
}

/** Stores a new object, or only checks that it could be. */
export async function store(api: Api, resource: Resource, object: KubeObject, isDryRun: boolean) {
  if (!isDryRun) return api.objects.create(resource, object);
  const { name = '', namespace } = object.metadata ?? {};
  if (api.objects.get(resource, namespace === undefined ? { name } : { namespace, name })) {
    throw new KubeError('AlreadyExists', `${resourceName(resource)} "${name}" already exists`, {
      objectName: name,
    });
  }
  return asIfCreated(object);
}

/** Throws KubeError 'NotFound', or 'Forbidden' while the namespace is being deleted. */
export function checkNamespace({ objects }: Api, { resource, namespace }: Target): void {
  if (!resource.isNamespaced) return;
  if (namespace === undefined) {
    throw unknownPath();
  }
  const found = objects.get(namespaces, { name: namespace });
  if (found === undefined) {
    throw new KubeError('NotFound', `namespaces "${namespace}" not found`);
  }
  if (found.metadata.deletionTimestamp !== undefined) {
    throw new KubeError(
      'Forbidden',
      `unable to create new content in namespace ${namespace} because it is being terminated`,
    );
  }
}

/** Only controllers set the status. */
export function withoutStatus(resource: Resource, object: KubeObject): KubeObject {
  if (!resource.hasStatus) return object;
  const { status: _, ...rest }: KubeObject & { status?: unknown } = object;
  return rest;
}

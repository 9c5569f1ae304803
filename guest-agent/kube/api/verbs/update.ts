import { KubeError } from '../../kube-error.ts';
import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import { resourceName } from '../../objects/resource.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { recordUpdate } from '../apply/record-update.ts';
import { represent } from '../table/represent.ts';
import { keyOfTarget } from '../target.ts';
import {
  asJson,
  completed,
  isDryRun,
  keepServerFields,
  managerOf,
  placed,
  readObject,
  withManagedFields,
} from './write.ts';

export async function update(api: Api, request: ApiRequest): Promise<Reply> {
  const { target, query, headers } = request;
  const current = currentObject(api, request);
  const { object, warnings } = readObject(api, request, await request.body());
  const stored = await replace(api, request, current, placed(target, object));
  const body = represent(target.resource, stored, headers, query);
  return { kind: 'object', status: 200, body, warnings };
}

/** Throws KubeError 'NotFound'. */
export function currentObject({ objects }: Api, { target }: Pick<ApiRequest, 'target'>) {
  const { resource } = target;
  const key = keyOfTarget(target);
  const current = objects.get(resource, key);
  if (current) return current;
  throw new KubeError('NotFound', `${resourceName(resource)} "${key.name}" not found`);
}

/** Stores a new version of an object, as an update or a patch made it. */
export async function replace(
  api: Api,
  request: ApiRequest,
  current: Stored<KubeObject>,
  object: KubeObject,
): Promise<Stored<KubeObject>> {
  const { target, query } = request;
  const { resource, subresource } = target;
  const merged = keepServerFields(resource, object, current, subresource);
  const whole = {
    ...merged,
    ...completed(api, resource, merged, current, subresource),
    metadata: merged.metadata,
  };
  request.rights?.checkGrants(resource, whole);
  const schema = { schemas: api.schemas, schema: api.schemas.of(resource) };
  const entries = object.metadata?.managedFields ?? current.metadata.managedFields;
  const fields = recordUpdate(
    ...([schema, asJson(current), asJson(whole)] as const),
    ...([entries, managerOf(request)] as const),
  );
  const changed = withManagedFields(whole, fields);
  return isDryRun(query) ? changed : api.objects.update(resource, changed);
}

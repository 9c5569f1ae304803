import * as z from 'zod';
import { KubeError } from '../../kube-error.ts';
import { type KubeObject, keyOf, type Stored } from '../../objects/kube-object.ts';
import { apiVersionOf, resourceName } from '../../objects/resource.ts';
import type { Json } from '../../schema/decode.ts';
import type { Api, ApiRequest, Reply } from '../api.ts';
import { selectionOf } from '../selectors/selection.ts';
import { currentObject } from './update.ts';
import { isDryRun } from './write.ts';

const optionsSchema = z.object({
  gracePeriodSeconds: z.number().int().nullish(),
  propagationPolicy: z.enum(['Background', 'Foreground', 'Orphan']).nullish(),
  orphanDependents: z.boolean().nullish(),
  dryRun: z.array(z.literal('All')).nullish(),
  preconditions: z
    .object({ uid: z.string().nullish(), resourceVersion: z.string().nullish() })
    .nullish(),
});

type DeleteOptions = z.infer<typeof optionsSchema>;

/** Namespaces that the cluster itself needs. */
const KEPT_NAMESPACES = ['default', 'kube-system'];

export async function deleteOne(api: Api, request: ApiRequest): Promise<Reply> {
  const options = readOptions(request.query, await request.body());
  const current = currentObject(api, request);
  const deleted = await requestDeletion(api, request, current, options);
  return { kind: 'object', status: 200, body: deletedBody(request, deleted) };
}

/** Deletes all objects that the selectors mean. */
export async function deleteCollection(api: Api, request: ApiRequest): Promise<Reply> {
  const { target, query } = request;
  const { resource, namespace } = target;
  const options = readOptions(query, await request.body());
  const selected = api.objects.list(resource, namespace).filter(selectionOf(target, query));
  const items = [];
  for (const object of selected) items.push(await requestDeletion(api, request, object, options));
  const body = {
    ...{ kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource) },
    ...{ metadata: { resourceVersion: api.objects.version }, items },
  };
  return { kind: 'object', status: 200, body };
}

async function requestDeletion(
  { objects }: Api,
  { target, query }: ApiRequest,
  current: Stored<KubeObject>,
  options: DeleteOptions,
): Promise<Stored<KubeObject>> {
  const { resource } = target;
  const { name, uid, resourceVersion } = current.metadata;
  if (resource.kind === 'Namespace' && KEPT_NAMESPACES.includes(name)) {
    throw new KubeError(
      'Forbidden',
      `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    );
  }
  const { preconditions } = options;
  const conflict = (what: string, wanted: string, actual: string) =>
    new KubeError(
      'Conflict',
      `Operation cannot be fulfilled on ${resourceName(resource)} "${name}": the ${what} in the precondition (${wanted}) does not match the ${what} in record (${actual}). The object might have been deleted and then recreated`,
    );
  if (preconditions?.uid && preconditions.uid !== uid) {
    throw conflict('UID', preconditions.uid, uid);
  }
  if (preconditions?.resourceVersion && preconditions.resourceVersion !== resourceVersion) {
    throw conflict('ResourceVersion', preconditions.resourceVersion, resourceVersion);
  }
  if (isDryRun(query) || options.dryRun?.length) return current;
  const policy =
    options.propagationPolicy ??
    (options.orphanDependents === true ? 'Orphan' : undefined) ??
    (options.orphanDependents === false ? 'Background' : undefined);
  const grace = options.gracePeriodSeconds ?? undefined;
  return objects.requestDeletion(resource, keyOf(current), grace, policy ?? undefined);
}

/** What remains of the object, or the news that it is gone. */
function deletedBody({ target }: ApiRequest, deleted: Stored<KubeObject>): object {
  const { resource } = target;
  if (resource.kind === 'Pod' || deleted.metadata.deletionTimestamp !== undefined) return deleted;
  const { name, uid } = deleted.metadata;
  const { group, plural } = resource;
  return {
    ...{ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' },
    details: { name, ...(group === '' ? {} : { group }), kind: plural, uid },
  };
}

/** From the body, or else from the query. Throws KubeError 'BadRequest'. */
function readOptions(query: URLSearchParams, body: Json | undefined): DeleteOptions {
  const grace = query.get('gracePeriodSeconds');
  const fromQuery = {
    gracePeriodSeconds: grace === null ? undefined : Number(grace),
    propagationPolicy: query.get('propagationPolicy') ?? undefined,
  };
  const parsed = optionsSchema.safeParse(body ?? fromQuery);
  if (parsed.success) return parsed.data;
  throw new KubeError('BadRequest', 'The options of the deletion are not valid', {
    cause: parsed.error,
  });
}

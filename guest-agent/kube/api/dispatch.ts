import { KubeError, unknownPath } from '../kube-error.ts';
import { metricResources, pods, reviewResources, serviceAccounts } from '../objects/resources.ts';
import type { Api, ApiRequest, Reply } from './api.ts';
import { metrics } from './metrics.ts';
import { review } from './reviews/reviews.ts';
import { evict } from './subresources/evict.ts';
import { log } from './subresources/log.ts';
import { isScalable, scale } from './subresources/scale.ts';
import { createToken } from './subresources/token.ts';
import { create } from './verbs/create.ts';
import { deleteCollection, deleteOne } from './verbs/delete.ts';
import { patch } from './verbs/patch.ts';
import { get, isTrue, list } from './verbs/read.ts';
import { update } from './verbs/update.ts';

/** What a request does, in the words of Kubernetes' access rules. */
export type Verb =
  | 'get'
  | 'list'
  | 'watch'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete'
  | 'deletecollection';

const NOT_ALLOWED = 'the server does not allow this method on the requested resource';

/** Throws KubeError 'MethodNotAllowed'. */
export function verbOf({ method, target, query }: ApiRequest): Verb {
  const isOne = target.name !== undefined;
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (isOne) return 'get';
      return query.has('watch') && isTrue(query.get('watch')) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      if (isOne) return 'update';
      break;
    case 'PATCH':
      if (isOne) return 'patch';
      break;
    case 'DELETE':
      return isOne ? 'delete' : 'deletecollection';
  }
  throw new KubeError('MethodNotAllowed', NOT_ALLOWED);
}

/** They need an upgraded connection. */
const STREAMS = ['exec', 'attach', 'portforward'];

/** Answers a request about stored objects. */
export async function dispatch(api: Api, request: ApiRequest, verb: Verb): Promise<Reply> {
  const { subresource, resource } = request.target;
  if (metricResources.includes(resource)) {
    if (verb === 'get' || verb === 'list') return metrics(api, request);
    throw new KubeError('MethodNotAllowed', NOT_ALLOWED);
  }
  if (reviewResources.includes(resource)) {
    if (verb === 'create' && subresource === undefined) return review(api, request);
    throw new KubeError('MethodNotAllowed', NOT_ALLOWED);
  }
  if (subresource === 'scale' && isScalable(resource)) return scale(api, request);
  if (resource === serviceAccounts && subresource === 'token' && verb === 'create') {
    return createToken(api, request);
  }
  if (resource === pods && subresource === 'log') return log(api, request);
  if (resource === pods && subresource === 'eviction') return evict(api, request);
  if (resource === pods && STREAMS.includes(subresource ?? '')) {
    throw new KubeError('BadRequest', 'Upgrade request required');
  }
  const canBe = ['get', 'update', 'patch'].includes(verb);
  if (subresource !== undefined && !(canBe && isWhole(request))) {
    throw unknownPath();
  }
  switch (verb) {
    case 'get':
      return get(api, request);
    case 'list':
    case 'watch':
      return list(api, request);
    case 'create':
      return create(api, request);
    case 'update':
      return update(api, request);
    case 'patch':
      return patch(api, request);
    case 'delete':
      return deleteOne(api, request);
    case 'deletecollection':
      return deleteCollection(api, request);
  }
}

/** Whether the request reads and writes the object itself, if only its status. */
function isWhole({ target: { subresource, resource } }: ApiRequest): boolean {
  if (resource === pods && subresource === 'ephemeralcontainers') return true;
  return subresource === 'status' && resource.hasStatus;
}

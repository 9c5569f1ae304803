import { KubeError } from '../kube-error.ts';
import { namespaces } from '../objects/resources.ts';
import type { ApiRequest } from './api.ts';
import { isAboutSender } from './reviews/reviews.ts';

/** Throws KubeError 'Forbidden' if the sender of a request may not do what it asks for. */
export function checkRights({ target, query, rights }: ApiRequest, verb: string): void {
  if (rights === undefined || isAboutSender(target.resource)) return;
  const { resource, namespace, subresource } = target;
  const { group, plural } = resource;
  const what = subresource === undefined ? plural : `${plural}/${subresource}`;
  // The namespace itself counts as an object in it.
  const scope = resource === namespaces ? target.name : namespace;
  const name = target.name ?? selectedName(verb, query);
  if (rights.may({ verb, group, resource: what, namespace: scope, name })) return;
  const where = scope === undefined ? 'at the cluster scope' : `in the namespace "${scope}"`;
  const object = name === undefined ? '' : ` "${name}"`;
  throw new KubeError(
    'Forbidden',
    `${group === '' ? plural : `${plural}.${group}`}${object} is forbidden: User "${rights.user}" cannot ${verb} resource "${what}" in API group "${group}" ${where}`,
  );
}

/** A request for several objects can mean only one, as `kubectl get pod NAME --watch` does. */
function selectedName(verb: string, query: URLSearchParams): string | undefined {
  if (!['list', 'watch', 'deletecollection'].includes(verb)) return undefined;
  const [, name] = /^metadata\.name==?([a-z0-9.-]+)$/.exec(query.get('fieldSelector') ?? '') ?? [];
  return name;
}

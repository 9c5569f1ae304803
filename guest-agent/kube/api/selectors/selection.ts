import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import type { Target } from '../target.ts';
import { parseFieldSelector } from './field-selector.ts';
import { parseLabelSelector } from './label-selector.ts';

/** Whether a request for several objects means this one. Throws KubeError 'BadRequest'. */
export function selectionOf(
  { resource, namespace, name }: Target,
  query: URLSearchParams,
): (object: Stored<KubeObject>) => boolean {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(resource, query.get('fieldSelector') ?? '');
  return (object) => {
    const { metadata } = object;
    if (namespace !== undefined && metadata.namespace !== namespace) return false;
    if (name !== undefined && metadata.name !== name) return false;
    return labels(metadata.labels ?? {}) && fields(object);
  };
}

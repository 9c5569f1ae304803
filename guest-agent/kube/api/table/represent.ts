import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import type { Resource } from '../../objects/resource.ts';
import { tableOf } from './table.ts';

type Headers = NodeJS.Dict<string | string[]>;

interface List {
  readonly kind: string;
  readonly apiVersion: string;
  readonly metadata: object;
  readonly items: readonly Stored<KubeObject>[];
}

/** What a client accepts: whole objects, only their metadata, or rows of a table. */
function formOf(headers: Headers): 'Table' | 'PartialObjectMetadata' | 'whole' {
  const accepted = String(headers.accept ?? '').split(',');
  for (const type of accepted) {
    if (!type.includes('application/json') && !type.includes('*/*')) continue;
    const as = /;\s*as=(\w+)/.exec(type)?.[1];
    if (as === 'Table') return 'Table';
    if (as?.startsWith('PartialObjectMetadata')) return 'PartialObjectMetadata';
    if (as === undefined) return 'whole';
  }
  return 'whole';
}

const onlyMetadata = ({ metadata }: Stored<KubeObject>) => ({
  ...{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
});

/** An object in the form that the client asks for. */
export function represent(
  resource: Resource,
  object: Stored<KubeObject>,
  headers: Headers,
  query: URLSearchParams,
): object {
  const form = formOf(headers);
  if (form === 'PartialObjectMetadata') return onlyMetadata(object);
  if (form === 'whole') return object;
  const { resourceVersion } = object.metadata;
  return tableOf(resource, [object], { resourceVersion }, query);
}

export function representList(
  resource: Resource,
  list: List,
  headers: Headers,
  query: URLSearchParams,
): object {
  const form = formOf(headers);
  if (form === 'whole') return list;
  if (form === 'Table') return tableOf(resource, list.items, list.metadata, query);
  return {
    ...{ kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' },
    ...{ metadata: list.metadata, items: list.items.map(onlyMetadata) },
  };
}

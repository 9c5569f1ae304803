import type { KubeObject, Stored } from '../../objects/kube-object.ts';
import type { Resource } from '../../objects/resource.ts';
import { events } from '../../objects/resources.ts';
import { ageColumn } from './age.ts';
import type { Column } from './column.ts';
import { columns } from './columns.ts';

const name: Column<KubeObject> = {
  ...{ name: 'Name', type: 'string', format: 'name' },
  cell: ({ metadata }) => metadata.name,
};

/** The rows that `kubectl get` prints, in the form of `meta.k8s.io/v1 Table`. */
export function tableOf(
  resource: Resource,
  objects: readonly Stored<KubeObject>[],
  metadata: object,
  query: URLSearchParams,
): object {
  const own = columns.find((known) => known.resource === resource)?.columns;
  const shown = [...(resource === events ? [] : [name]), ...(own ?? [ageColumn])];
  const include = query.get('includeObject') ?? 'Metadata';
  return {
    ...{ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata },
    columnDefinitions: shown.map(({ name, type, format = '', isWide = false }) => ({
      ...{ name, type, format, description: name, priority: isWide ? 1 : 0 },
    })),
    rows: objects.map((object) => ({
      cells: shown.map(({ cell }) => cell(object)),
      ...(include === 'None' ? {} : { object: include === 'Object' ? object : partial(object) }),
    })),
  };
}

const partial = ({ metadata }: Stored<KubeObject>) => ({
  ...{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
});
